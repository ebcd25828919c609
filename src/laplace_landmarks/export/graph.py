"""From torch weights to the ONNX graph that users run: crops in, landmarks and spread out, nothing to get wrong."""

import logging
import warnings
from io import BytesIO

import onnx
import torch
from torch import Tensor, nn

from laplace_landmarks.method.heatmaps import readout
from laplace_landmarks.runtime.model_info import INPUT, OUTPUTS


class CropsToLandmarks(nn.Module):
    """(N, size, size, 3) uint8 crops → landmarks and spread (N, K, 2) in crop pixels, heatmaps (N, K, size, size)."""

    def __init__(self, network: nn.Module, beta: float) -> None:
        super().__init__()
        self.network = network  # parameters keep their names behind "network."
        self.beta = beta

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        logits = self.network(crops.permute(0, 3, 1, 2).float() / 255)
        # method.heatmaps.probabilities differs in its gradient alone, which an exported graph has no place for
        heatmaps = (self.beta * logits).flatten(2).softmax(dim=-1).view(logits.shape)
        landmarks, spread = readout(heatmaps)
        return landmarks, spread, heatmaps


def to_onnx(network: nn.Module, beta: float, size: int) -> onnx.ModelProto:
    """The network as an ONNX model with a dynamic batch, its weights inside."""
    graph = CropsToLandmarks(network, beta).eval().cpu().to(memory_format=torch.contiguous_format)  # pyright: ignore[reportCallIssue]
    example = torch.zeros(2, size, size, 3, dtype=torch.uint8)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter deprecates parts of itself
        program = torch.onnx.export(
            graph,
            (example,),
            dynamo=True,
            external_data=False,
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            input_names=[INPUT],
            output_names=list(OUTPUTS),
            verbose=False,
        )
    assert program is not None
    written = BytesIO()
    program.save(written)  # pyright: ignore[reportArgumentType]
    model = onnx.load_from_string(written.getvalue())
    _strip(model)
    return model


def _strip(model: onnx.ModelProto) -> None:
    """Take out what the exporter notes for debugging itself: stack traces with this machine's paths, 100 kB of them."""
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for value in [*model.graph.input, *model.graph.output, *model.graph.initializer]:
        value.ClearField("metadata_props")
        value.ClearField("doc_string")
    model.graph.ClearField("value_info")
    model.graph.ClearField("metadata_props")
    model.ClearField("metadata_props")
    model.graph.doc_string = model.doc_string = ""
