"""From torch weights to the ONNX graph that users run: crops in, landmarks and spread out, nothing to get wrong."""

import logging
import warnings
from collections.abc import Sequence
from copy import deepcopy
from io import BytesIO

import onnx
import torch
from torch import Tensor, nn

from laplace_landmarks.method.heatmaps import marginals, readout
from laplace_landmarks.method.recombinator import RecombinatorNet
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


class PixelwiseProduct(nn.Module):
    """A 1×1 convolution as one product of matrices: no kernel pads its 68 channels to 80, and nothing puts them back.

    Without the bias: a softmax over the pixels does not see it.
    """

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.weight = nn.Parameter(layer.get_parameter("weight").detach().flatten(1).clone())

    def forward(self, x: Tensor) -> Tensor:
        return (self.weight @ x.flatten(2)).unflatten(-1, x.shape[2:])


class LandmarksAlone(nn.Module):
    """The same without heatmaps, and with as little besides the network as can be.

    What scales a picture and the logits is in the weights of the first and the last layer. Columns and rows of the
    heatmaps go through the read-out together: its many small operators take longer to start than to run.
    product: the last layer as a product of matrices, which is quicker where all is in floats.
    """

    def __init__(self, network: RecombinatorNet, beta: float, product: bool = False) -> None:
        super().__init__()
        self.scaled = deepcopy(network)  # under a name of its own: these weights are not those of the training
        first, last = self.scaled.encoder[0], self.scaled.head[-1]
        with torch.no_grad():
            first.weight.div_(255)  # pyright: ignore[reportCallIssue]
            last.weight.mul_(beta)  # pyright: ignore[reportCallIssue]
            last.bias.mul_(beta)  # pyright: ignore[reportCallIssue]
        if product:
            self.scaled.head[-1] = PixelwiseProduct(last)

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        logits = self.scaled(crops.permute(0, 3, 1, 2).float())
        heatmaps = logits.flatten(2).softmax(dim=-1).view(logits.shape)
        masses = torch.stack(marginals(heatmaps), dim=-2)  # (N, K, 2, size), pictures being square
        places = torch.arange(masses.shape[-1], dtype=masses.dtype)
        landmarks = (masses * places).sum(dim=-1)
        return landmarks, (masses * (places - landmarks[..., None]).abs()).sum(dim=-1)


def to_onnx(network: nn.Module, beta: float, size: int) -> onnx.ModelProto:
    """The network as an ONNX model with a dynamic batch, its weights inside."""
    return exported(CropsToLandmarks(network, beta), OUTPUTS, size)


def to_fast_onnx(network: RecombinatorNet, beta: float, size: int, product: bool) -> onnx.ModelProto:
    """The same without heatmaps; the last layer is a product, as floats want it, or a convolution for 8 bits."""
    return exported(LandmarksAlone(network, beta, product), OUTPUTS[:2], size)


def exported(module: nn.Module, outputs: Sequence[str], size: int) -> onnx.ModelProto:
    """A module from crops to these outputs as an ONNX model with a dynamic batch, its weights inside."""
    graph = module.eval().cpu().to(memory_format=torch.contiguous_format)  # pyright: ignore[reportCallIssue]
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
            output_names=list(outputs),
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
