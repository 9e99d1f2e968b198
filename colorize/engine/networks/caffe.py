"""Reads Caffe's files: layers from a .prototxt, weights from a .caffemodel. Knows no Django.

Supports only what the paper's release uses. Field numbers and defaults are those of Caffe 1.0's
caffe.proto.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from google.protobuf.message import DecodeError

from colorize.engine.planes import Plane

# `data` is a packed repeated float. Read as bytes, which it is in the file, it becomes one array
# instead of 32 million Python floats.
SCHEMA = """
name: "caffe.proto" package: "caffe" syntax: "proto2"
message_type { name: "BlobShape"
  field { name: "dim" number: 1 type: TYPE_INT64 label: LABEL_REPEATED } }
message_type { name: "BlobProto"
  field { name: "num" number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL }
  field { name: "channels" number: 2 type: TYPE_INT32 label: LABEL_OPTIONAL }
  field { name: "height" number: 3 type: TYPE_INT32 label: LABEL_OPTIONAL }
  field { name: "width" number: 4 type: TYPE_INT32 label: LABEL_OPTIONAL }
  field { name: "data" number: 5 type: TYPE_BYTES label: LABEL_REPEATED }
  field { name: "shape" number: 7 type_name: ".caffe.BlobShape" label: LABEL_OPTIONAL } }
message_type { name: "ConvolutionParameter"
  field { name: "num_output" number: 1 type: TYPE_UINT32 label: LABEL_OPTIONAL }
  field { name: "pad" number: 3 type: TYPE_UINT32 label: LABEL_REPEATED }
  field { name: "kernel_size" number: 4 type: TYPE_UINT32 label: LABEL_REPEATED }
  field { name: "group" number: 5 type: TYPE_UINT32 label: LABEL_OPTIONAL default_value: "1" }
  field { name: "stride" number: 6 type: TYPE_UINT32 label: LABEL_REPEATED }
  field { name: "dilation" number: 18 type: TYPE_UINT32 label: LABEL_REPEATED } }
message_type { name: "BatchNormParameter"
  field { name: "eps" number: 3 type: TYPE_FLOAT label: LABEL_OPTIONAL default_value: "1e-5" } }
message_type { name: "ReLUParameter"
  field { name: "negative_slope" number: 1 type: TYPE_FLOAT label: LABEL_OPTIONAL } }
message_type { name: "LayerParameter"
  field { name: "name" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "type" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "bottom" number: 3 type: TYPE_STRING label: LABEL_REPEATED }
  field { name: "top" number: 4 type: TYPE_STRING label: LABEL_REPEATED }
  field { name: "blobs" number: 7 type_name: ".caffe.BlobProto" label: LABEL_REPEATED }
  field { name: "convolution_param" number: 106 type_name: ".caffe.ConvolutionParameter"
          label: LABEL_OPTIONAL }
  field { name: "relu_param" number: 123 type_name: ".caffe.ReLUParameter" label: LABEL_OPTIONAL }
  field { name: "batch_norm_param" number: 139 type_name: ".caffe.BatchNormParameter"
          label: LABEL_OPTIONAL } }
message_type { name: "NetParameter"
  field { name: "layer" number: 100 type_name: ".caffe.LayerParameter" label: LABEL_REPEATED } }
"""


class CaffeError(Exception):
    """The file is not Caffe's, or has an unsupported network; the message says which."""


@dataclass(frozen=True)
class Layer:
    """`bottom` and `top`: names of inputs and outputs; `weights`: in Caffe's order and shapes.

    The numbers belong to convolutions, except `slope` (of a ReLU, for negative numbers) and `eps`
    (of a batch normalisation).
    """

    name: str
    kind: str
    bottom: list[str]
    top: list[str]
    pad: int = 0
    stride: int = 1
    dilation: int = 1
    group: int = 1
    slope: float = 0
    eps: float = 0
    weights: list[Plane] = field(default_factory=list)


def read_layers(prototxt: Path, caffemodel: Path) -> list[Layer]:
    """The layers of `prototxt` with their weights from `caffemodel`, matched by name.

    Raises CaffeError or OSError.
    """
    net, trained = net_parameter()(), net_parameter()()
    try:
        text_format.Parse(prototxt.read_text("utf-8"), net, allow_unknown_field=True)
        trained.ParseFromString(caffemodel.read_bytes())
    except (text_format.ParseError, DecodeError, UnicodeDecodeError) as problem:
        raise CaffeError(f"This is not a Caffe network: {problem}") from problem
    weights = {layer.name: list(read_blobs(layer)) for layer in trained.layer}
    return [make_layer(layer, weights.get(layer.name, [])) for layer in net.layer]


@cache
def net_parameter() -> Any:
    """The protobuf class of a network."""
    pool = descriptor_pool.DescriptorPool()
    pool.Add(text_format.Parse(SCHEMA, descriptor_pb2.FileDescriptorProto()))
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("caffe.NetParameter"))


def read_blobs(layer: Any) -> Iterator[Plane]:
    for blob in layer.blobs:
        shape = list(blob.shape.dim) or [blob.num, blob.channels, blob.height, blob.width]
        values = np.frombuffer(b"".join(blob.data), "<f4")
        if values.size != np.prod(shape):
            raise CaffeError(f"Weights of {layer.name}: {values.size} numbers for {shape}.")
        yield values.reshape(shape)


def make_layer(layer: Any, weights: list[Plane]) -> Layer:
    convolution = layer.convolution_param
    return Layer(
        name=layer.name,
        kind=layer.type,
        bottom=list(layer.bottom),
        top=list(layer.top),
        pad=one(layer.name, convolution.pad, 0),
        stride=one(layer.name, convolution.stride, 1),
        dilation=one(layer.name, convolution.dilation, 1),
        group=convolution.group,
        slope=layer.relu_param.negative_slope,
        eps=layer.batch_norm_param.eps,
        weights=weights,
    )


def one(name: str, values: list[int], default: int) -> int:
    """A number for both sides. Caffe also allows one for each side, which is not supported."""
    if len(set(values)) > 1:
        raise CaffeError(f"The layer {name} differs in height and width.")
    return values[0] if values else default
