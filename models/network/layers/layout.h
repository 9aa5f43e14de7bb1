#pragma once

namespace swimsim {

/// How a value lies in memory.
enum class Layout {
  plain,    ///< [image][channel][row][column]
  blocked,  ///< [image][channel / kChannelBlock][row][column][channel % kChannelBlock]; the channels are a multiple of kChannelBlock
};

/// Channels side by side in a blocked value: what one vector register of the instruction set that this binary was compiled for holds,
/// and what oneDNN's convolutions want.
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
constexpr int kChannelBlock = 16;
#else
constexpr int kChannelBlock = 8;
#endif

/// Channels that lie side by side.
constexpr int block_of(Layout layout) { return layout == Layout::blocked ? kChannelBlock : 1; }

}  // namespace swimsim
