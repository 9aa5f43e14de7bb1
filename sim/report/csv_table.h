#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace swimsim {

/// A CSV file as `csv_files` writes it, read back: a line of titles, then as many fields on every line. What does not fit is an InputError
/// with file, line and number of the field.
class CsvTable {
 public:
  /// `path` is named in messages.
  CsvTable(const std::string& text, std::string path);

  std::size_t rows() const { return rows_.size(); }
  bool has(const char* column) const;
  const std::string& text(std::size_t row, const char* column) const;
  /// At least `low`, at most `high`.
  std::int64_t integer(std::size_t row, const char* column, std::int64_t low, std::int64_t high) const;
  /// Finite and not negative.
  double number(std::size_t row, const char* column) const;

 private:
  [[noreturn]] void refuse(std::size_t row, std::size_t field, const std::string& message) const;
  std::size_t field_of(const char* column) const;
  void add_line(const std::string& line);

  std::string path_;
  std::vector<std::string> titles_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace swimsim
