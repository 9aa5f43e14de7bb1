#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/report/hdf5_writer.h"

namespace swimsim {

/// A table of texts: what a CSV file holds.
struct TextTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;

  /// Index of a column; throws std::logic_error if there is none.
  std::size_t column(const std::string& name) const;
};

/// Reads CSV as csv_files.h writes it (RFC 4180, the first line names the columns). Throws InputError naming `file`.
TextTable parse_csv(std::string_view text, const std::string& file);

std::string csv_text(const TextTable& table);

/// A group with a data set of each column: whole numbers, numbers (an empty field is NaN), or texts of fixed length; the column's unit,
/// which its name ends with, as attribute.
void write_table(const Hdf5Writer& file, const std::string& name, const TextTable& table);

}  // namespace swimsim
