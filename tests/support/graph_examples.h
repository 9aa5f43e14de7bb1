#pragma once

// Small graphs that hold every kind of layer in more and in less convenient forms.

#include <string>
#include <vector>

#include "tests/support/graph_reference.h"

namespace swimsim::testing {

inline Window window(std::int64_t size, std::int64_t stride, std::int64_t pad, std::int64_t dilation = 1, std::int64_t extra = 0) {
  Window w = window_of(size, stride, pad);
  w.dilation_y = w.dilation_x = dilation;
  w.extra_y = w.extra_x = extra;
  return w;
}

struct Example {
  std::string name;
  Shape input;
  std::vector<GraphNode> nodes;
};

// A head that ends every example: global average, flatten, two dense layers.
inline void close(Example& example) {
  const auto last = [&] { return static_cast<int>(example.nodes.size()); };
  example.nodes.push_back({Op::flatten, {last()}, 0, {}, 1, false});
  example.nodes.push_back({Op::linear, {last()}, 9, {}, 1, false});
  example.nodes.push_back({Op::relu, {last()}, 0, {}, 1, false});
  example.nodes.push_back({Op::linear, {last()}, 4, {}, 1, false});
}

// conv, batch norm, activation, conv: once in few channels and once in whole blocks.
inline Example activation_example(const std::string& name, Op activation, std::int64_t channels) {
  Example example{name, Shape{3, 8, 8}, {}};
  example.nodes = {
      {Op::conv, {0}, channels, window(3, 1, 1), 1, false}, {Op::batch_norm, {1}, 0, {}, 1, false}, {activation, {2}, 0, {}, 1, false},
      {Op::conv, {3}, channels, window(3, 2, 1), 1, false}, {activation, {4}, 0, {}, 1, false},     {Op::batch_norm, {5}, 0, {}, 1, false}};
  close(example);
  return example;
}

// Two residual blocks; the second has a convolution in its shortcut.
inline Example residual_example(std::int64_t channels) {
  Example e{"residual", Shape{3, 8, 8}, {}};
  e.nodes = {{Op::conv, {0}, channels, window(3, 1, 1), 1, false},
             {Op::batch_norm, {1}, 0, {}, 1, false},
             {Op::relu, {2}, 0, {}, 1, false},
             {Op::conv, {3}, channels, window(3, 1, 1), 1, false},
             {Op::batch_norm, {4}, 0, {}, 1, false},
             {Op::add, {5, 3}, 0, {}, 1, false},
             {Op::relu, {6}, 0, {}, 1, false},
             {Op::conv, {7}, 2 * channels, window(3, 2, 1), 1, false},
             {Op::batch_norm, {8}, 0, {}, 1, false},
             {Op::conv, {7}, 2 * channels, window(1, 2, 0), 1, false},
             {Op::batch_norm, {10}, 0, {}, 1, false},
             {Op::add, {9, 11}, 0, {}, 1, false},
             {Op::relu, {12}, 0, {}, 1, false},
             {Op::add, {13, 13}, 0, {}, 1, false},
             {Op::global_average_pool, {14}, 0, {}, 1, false}};
  close(e);
  return e;
}

inline Example pool_example(std::int64_t channels) {
  Example e{"pools", Shape{3, 13, 11}, {}};
  e.nodes = {{Op::conv, {0}, channels, window(3, 1, 1), 1, false},    {Op::relu, {1}, 0, {}, 1, false},
             {Op::average_pool, {2}, 0, window(3, 2, 1), 1, false},   {Op::average_pool, {2}, 0, window(3, 2, 1), 1, true},
             {Op::max_pool, {2}, 0, window(3, 2, 1), 1, false},       {Op::concat, {3, 4, 5}, 0, {}, 1, false},
             {Op::max_pool, {6}, 0, window(2, 2, 0, 1, 1), 1, false}, {Op::conv, {7}, channels, window(3, 1, 1), 1, false},
             {Op::average_pool, {8}, 0, window(2, 2, 0), 1, false}};
  close(e);
  return e;
}

inline Example pad_example(std::int64_t channels) {
  Window border = window(1, 1, 1, 1, 1);
  border.pad_x = 2;
  Example e{"pad", Shape{3, 7, 8}, {}};
  e.nodes = {{Op::conv, {0}, channels, window(3, 1, 1), 1, false},
             {Op::pad, {1}, 0, border, 1, false},
             {Op::average_pool, {2}, 0, window(3, 2, 0), 1, false}};
  close(e);
  return e;
}

// Grouped, depthwise, dilated, with more padding on one side; a value read in both layouts.
inline Example conv_example(std::int64_t channels, std::int64_t groups) {
  Example e{"convolutions", Shape{3, 9, 11}, {}};
  e.nodes = {{Op::conv, {0}, channels, window(3, 1, 1, 1, 1), 1, false},
             {Op::relu, {1}, 0, {}, 1, false},
             {Op::conv, {2}, channels, window(3, 1, 1), channels, false},
             {Op::relu, {3}, 0, {}, 1, false},
             {Op::conv, {4}, 2 * channels, window(3, 1, 2, 2), groups, false},
             {Op::tanh, {5}, 0, {}, 1, false},
             {Op::conv, {6}, channels, window(3, 2, 0, 1, 1), 1, false},
             {Op::conv, {6}, 5, window(1, 2, 0), 1, false},
             {Op::concat, {7, 8}, 0, {}, 1, false}};
  close(e);
  return e;
}

// A block is 16 channels, or 8 without AVX-512: 16 is whole blocks either way, 5 and 6 never, and 24 now and then.
inline std::vector<Example> examples() {
  std::vector<Example> all;
  for (const std::int64_t channels : {6, 16}) {
    all.push_back(activation_example("relu", Op::relu, channels));
    all.push_back(activation_example("leaky_relu", Op::leaky_relu, channels));
    all.push_back(activation_example("clip", Op::clip, channels));
    all.push_back(activation_example("sigmoid", Op::sigmoid, channels));
    all.push_back(activation_example("tanh", Op::tanh, channels));
    all.push_back(residual_example(channels));
    all.push_back(pool_example(channels));
    all.push_back(conv_example(channels, 2));
    all.push_back(pad_example(channels));
  }
  all.push_back(conv_example(32, 2));
  all.push_back(residual_example(24));
  for (std::size_t i = 0; i < all.size(); ++i) all[i].name += " number " + std::to_string(i);
  return all;
}

}  // namespace swimsim::testing
