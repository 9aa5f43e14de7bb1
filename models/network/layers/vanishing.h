#pragma once

#include "models/network/layers/onnx_node.h"

namespace swimsim {

/// ONNX Identity: its input.
int import_identity(const OnnxNode& node, Network& network);
/// ONNX Dropout in evaluation mode: its input.
int import_dropout(const OnnxNode& node, Network& network);
/// ONNX Softmax and LogSoftmax as the last node: its input. The network ends with the logits: softmax changes neither the largest of them
/// nor what the losses want, since softmax belongs to the cross-entropy loss and would otherwise be applied twice.
int import_softmax(const OnnxNode& node, Network& network);

}  // namespace swimsim
