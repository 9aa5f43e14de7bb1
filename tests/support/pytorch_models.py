#!/usr/bin/env python3
"""Writes small networks as PyTorch exports them, with what PyTorch computes on them.

    pytorch_models.py FOLDER

For each NAME: NAME.onnx, NAME.images (bytes), NAME.labels (bytes), NAME.logits.csv (a line an image), NAME.gradient.csv (a line a weight:
its name, then the gradient of the mean cross-entropy) and NAME.last_hessian.csv (the same for the diagonal of the Hessian by the weight
of the last layer). An image is (byte / 255 - 0.25) / 0.5. Prints the names.
"""
import pathlib
import sys

import torch
from torch import nn
from torch.nn import functional as F

IMAGES, CLASSES = 6, 4


class Residual(nn.Module):
    """Two blocks, batch norm in between, the size of a value worked out in the graph."""

    def __init__(self, channels=16):
        super().__init__()
        self.stem = nn.Conv2d(3, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, 2 * channels, 3, stride=2, padding=1)
        self.shortcut = nn.Conv2d(channels, 2 * channels, 1, stride=2, bias=False)
        self.last = nn.Linear(2 * channels, CLASSES)

    def forward(self, x):
        x = F.relu(self.norm(self.stem(x)))
        x = F.relu(self.conv1(x) + x)
        x = F.relu(self.conv2(x) + self.shortcut(x))
        x = F.avg_pool2d(x, 4)
        return self.last(x.view(x.size(0), -1))


class Mobile(nn.Module):
    """Depthwise and grouped convolutions, ReLU6, dropout, softmax at the end."""

    def __init__(self):
        super().__init__()
        self.wide = nn.Conv2d(3, 24, 3, padding=1)
        self.depth = nn.Conv2d(24, 24, 3, stride=2, padding=1, groups=24)
        self.point = nn.Conv2d(24, 16, 1)
        self.grouped = nn.Conv2d(16, 12, 3, padding=2, dilation=2, groups=4)
        self.norm = nn.BatchNorm2d(12)
        self.last = nn.Linear(12, CLASSES)

    def features(self, x):
        x = F.relu6(self.depth(F.relu6(self.wide(x))))
        x = F.leaky_relu(self.norm(self.grouped(self.point(x))), 0.1)
        return self.last(F.dropout(F.adaptive_avg_pool2d(x, 1).flatten(1), 0.5, self.training))

    def forward(self, x):
        return self.features(x)


class MobileWithSoftmax(Mobile):
    def forward(self, x):
        return F.softmax(self.features(x), 1)


class Branches(nn.Module):
    """Concatenated branches, pools that overlap, sigmoid and tanh."""

    def __init__(self):
        super().__init__()
        self.left = nn.Conv2d(3, 8, 3, padding=1)
        self.right = nn.Conv2d(3, 8, (5, 3), padding=(2, 1))
        self.hidden = nn.Linear(2 * 8 * 4 * 4, 10)
        self.last = nn.Linear(10, CLASSES)

    def forward(self, x):
        left = F.avg_pool2d(torch.sigmoid(self.left(x)), 3, stride=2, padding=1, count_include_pad=False)
        right = F.max_pool2d(torch.tanh(self.right(x)), 3, stride=2, padding=1)
        x = torch.clamp(torch.cat([left, right], 1), -0.5, 0.7)
        return self.last(torch.tanh(self.hidden(torch.flatten(x, 1))))


def randomise(model):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.3, 0.3)
            nn.init.uniform_(module.running_mean, -0.3, 0.3)
            nn.init.uniform_(module.running_var, 0.5, 1.5)


def write_lines(path, rows):
    path.write_text("".join(",".join(str(cell) for cell in row) + "\n" for row in rows))


def write(folder, name, model, opset, keep_batch_norm):
    randomise(model)
    model.eval()
    pixels = torch.randint(0, 256, (IMAGES, 3, 8, 8), dtype=torch.uint8)
    labels = torch.randint(0, CLASSES, (IMAGES,))
    images = (pixels.float() / 255 - 0.25) / 0.5
    mode = torch.onnx.TrainingMode.PRESERVE if keep_batch_norm else torch.onnx.TrainingMode.EVAL
    torch.onnx.export(model, images[:1], folder / f"{name}.onnx", opset_version=opset, training=mode, do_constant_folding=not keep_batch_norm,
                      input_names=["image"], output_names=["scores"], dynamic_axes={"image": {0: "batch"}, "scores": {0: "batch"}})
    (folder / f"{name}.images").write_bytes(pixels.numpy().tobytes())
    (folder / f"{name}.labels").write_bytes(labels.to(torch.uint8).numpy().tobytes())

    model.double()
    images = (pixels.double() / 255 - 0.25) / 0.5
    scores = getattr(model, "features", model)(images)
    write_lines(folder / f"{name}.logits.csv", scores.tolist())
    weights = {key: value for key, value in model.named_parameters() if value.dim() > 1}
    gradients = torch.autograd.grad(F.cross_entropy(scores, labels), list(weights.values()), create_graph=True)
    write_lines(folder / f"{name}.gradient.csv", [[key] + g.flatten().tolist() for key, g in zip(weights, gradients)])
    last = gradients[-1].flatten()
    diagonal = [torch.autograd.grad(g, model.last.weight, retain_graph=True)[0].flatten()[i].item() for i, g in enumerate(last)]
    write_lines(folder / f"{name}.last_hessian.csv", [["last.weight"] + diagonal])
    print(name)


def main():
    folder = pathlib.Path(sys.argv[1])
    torch.manual_seed(4711)
    write(folder, "residual11", Residual(), 11, True)
    write(folder, "residual_narrow13", Residual(6), 13, True)
    write(folder, "residual_fused13", Residual(), 13, False)
    write(folder, "mobile13", Mobile(), 13, True)
    write(folder, "mobile_softmax16", MobileWithSoftmax(), 16, True)
    write(folder, "branches12", Branches(), 12, True)


if __name__ == "__main__":
    main()
