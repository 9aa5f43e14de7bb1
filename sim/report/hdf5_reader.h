#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/report/hdf5_writer.h"

namespace swimsim {

/// An HDF5 file that is read. The caller says how large a data set has to be, so a file cannot ask for memory. Every mistake of the file
/// is an InputError naming its path.
class Hdf5Reader {
 public:
  explicit Hdf5Reader(std::string path);

  /// A text of the root group; "" if there is none of this name.
  std::string attribute(const std::string& name) const;
  bool has_group(const std::string& group) const;

  /// Data set `name` of rows x cols, row by row.
  std::vector<float> floats(const std::string& name, std::size_t rows, std::size_t cols) const;
  std::vector<std::uint32_t> counts(const std::string& name, std::size_t rows, std::size_t cols) const;
  std::vector<std::uint8_t> flags(const std::string& name, std::size_t rows, std::size_t cols) const;

 private:
  [[noreturn]] void refuse(const std::string& message) const;
  Hdf5Handle handle(hid_t id, herr_t (*close)(hid_t), const std::string& what) const;
  void read(const std::string& name, std::size_t rows, std::size_t cols, hid_t type, void* values) const;

  std::string path_;
  Hdf5Silence silence_;
  Hdf5Handle file_;
};

}  // namespace swimsim
