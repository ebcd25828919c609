"""Labels that may be wrong: what is looked for, how sure one can be, and a sheet to see it on."""
