#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/device/device.h"
#include "models/programming/ramps.h"

namespace swimsim {

/// What a scheme sees and decides of the cells of a row under write-verify; arrays over the cells that were active in the last cycle.
struct RowUnderVerify {
  int columns = 0;  ///< cells
  const float* target_S = nullptr;
  const float* believed_S = nullptr;       ///< what the last verify read says
  const float* tolerance_S = nullptr;      ///< half width of the cell's own window, not narrower than the scheme's; nullptr: the scheme's
  const std::uint8_t* complete = nullptr;  ///< devices that count cycles: this cell has taken all it needs
  const std::uint8_t* pulsed = nullptr;    ///< 1: the cell got a pulse in the last cycle; 0: it waited for the row's other polarity
  std::uint8_t* active = nullptr;          ///< in and out: 1 while the cell is not done
  std::int8_t* polarity = nullptr;         ///< in and out: direction of the next pulse
  float* amplitude_V = nullptr;            ///< out: amplitude of the next pulse
  float* width = nullptr;                  ///< out: its width, of the card's; 1 when the row is begun
  std::uint8_t* failed = nullptr;          ///< out: the scheme gives this cell up (its ramp is at the stop, too many reversals)
  std::uint16_t* step = nullptr;           ///< the scheme's own: position on the ramp; 0 when the row is begun
  std::uint16_t* reversals = nullptr;      ///< the scheme's own: changes of polarity so far; 0 when the row is begun
  std::uint8_t* stage = nullptr;           ///< the scheme's own; 0 when the row is begun
  float* memory_S = nullptr;               ///< the scheme's own; 0 when the row is begun
  int erases = 0;                          ///< how often this row has been erased on its own since it was selected
  bool erase_row = false;                  ///< out: erase the row and begin it again (schemes that erase, devices that can)
};

/// A pulse scheme: decides after every verify which cells are done and what pulse the others get.
class Scheme {
 public:
  virtual ~Scheme() = default;
  /// Whether a row is read before its first pulse.
  virtual bool reads_first() const = 0;
  /// Whether a row is erased before its first pulse, where the device is one that is erased.
  virtual bool erases_first() const { return false; }
  /// Whether it sets the pulses' width.
  virtual bool varies_width() const { return false; }
  /// Chooses the first pulse of every active cell (after the first read, if there is one); clears `active` where none is needed.
  virtual void begin(const Device& device, RowUnderVerify& row) const = 0;
  /// Decides after a cycle: clears `active` where the cell is done.
  virtual void decide(const Device& device, RowUnderVerify& row) const = 0;
};

struct SchemeOptions {
  double tolerance_S = 0;  ///< half width of the accepted window
  int max_reversals = 30;  ///< changes of polarity after which a cell is given up
  RampOverrides ramps{};
  double width_growth = 1.5;  ///< of a pulse over the one before, where the scheme varies widths
  double width_stop = 1000;   ///< the longest that it may get; both of the card's width
};

struct SchemeKind {
  std::string_view name;
  std::string_view title;
  bool counts_cycles = false;  ///< for devices that count cycles, and no others
  std::unique_ptr<Scheme> (*make)(const SchemeOptions&);
};

/// All schemes, in a fixed order. A new scheme is one file in schemes/ and one line in scheme.cpp.
const std::vector<SchemeKind>& scheme_kinds();
const SchemeKind* find_scheme(std::string_view name);

}  // namespace swimsim
