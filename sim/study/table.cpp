#include "sim/study/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <stdexcept>

#include "models/common/errors.h"
#include "models/common/units.h"
#include "sim/report/csv_files.h"
#include "sim/report/hdf5_files.h"

namespace swimsim {

namespace {

/// One field from `at` on; leaves `at` behind it, on the separator or the end.
std::string take_field(std::string_view text, std::size_t& at, const std::string& file) {
  std::string field;
  if (at >= text.size() || text[at] != '"') {
    const std::size_t end = std::min(text.find_first_of(",\n", at), text.size());
    field = text.substr(at, end - at);
    at = end;
    return field;
  }
  for (++at; at < text.size(); ++at) {
    if (text[at] != '"') {
      field += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '"') {
      field += text[++at];
    } else {
      ++at;
      return field;
    }
  }
  throw InputError(fmt::format("{}: a quoted field is not closed", file));
}

std::optional<double> number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || end != text.c_str() + text.size()) return std::nullopt;
  return value;
}

std::string unit_of(const std::string& column) {
  for (const char* unit : {"ps", "s", "aJ", "J", "uS", "dB"}) {
    const std::string ending = std::string("_") + unit;
    if (column.size() > ending.size() && column.compare(column.size() - ending.size(), ending.size(), ending) == 0) return unit;
  }
  return "1";
}

void write_column(const Hdf5Writer& file, hid_t group, const TextTable& table, std::size_t column) {
  const std::string& name = table.columns[column];
  const Hdf5Writer::Shape shape{table.rows.size()};
  std::vector<std::int64_t> whole;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  bool is_number = false, all_numbers = true, all_whole = true;
  for (const std::vector<std::string>& row : table.rows) {
    const std::string& field = row[column];
    texts.push_back(field);
    const IntegerOrError integer = parse_integer(field);
    const std::optional<double> value = number(field);
    is_number = is_number || value.has_value();
    all_numbers = all_numbers && (value || field.empty());
    all_whole = all_whole && integer.value.has_value();
    whole.push_back(integer.value.value_or(0));
    numbers.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  if (all_whole && !table.rows.empty())
    file.data_set(group, hdf5_name(name), shape, whole, unit_of(name));
  else if (all_numbers && is_number)
    file.data_set(group, hdf5_name(name), shape, numbers, unit_of(name));
  else
    file.data_set(group, hdf5_name(name), shape, texts, "1");
}

}  // namespace

std::size_t TextTable::column(const std::string& name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) throw std::logic_error("a table has no column " + name);
  return static_cast<std::size_t>(found - columns.begin());
}

TextTable parse_csv(std::string_view text, const std::string& file) {
  TextTable table;
  std::size_t at = 0;
  while (at < text.size()) {
    std::vector<std::string> row;
    for (;; ++at) {
      row.push_back(take_field(text, at, file));
      if (at >= text.size() || text[at] != ',') break;
    }
    if (at < text.size() && text[at] != '\n') throw InputError(fmt::format("{}: something follows a quoted field", file));
    ++at;
    if (table.columns.empty())
      table.columns = std::move(row);
    else if (row.size() != table.columns.size())
      throw InputError(
          fmt::format("{}: line {} has {} fields, the first has {}", file, table.rows.size() + 2, row.size(), table.columns.size()));
    else
      table.rows.push_back(std::move(row));
  }
  return table;
}

std::string csv_text(const TextTable& table) {
  std::string text;
  const auto write = [&text](const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) text += (i > 0 ? "," : "") + csv_field(row[i]);
    text += '\n';
  };
  write(table.columns);
  for (const std::vector<std::string>& row : table.rows) write(row);
  return text;
}

void write_table(const Hdf5Writer& file, const std::string& name, const TextTable& table) {
  const Hdf5Handle group = file.group(file.root(), name);
  for (std::size_t column = 0; column < table.columns.size(); ++column) write_column(file, group.id(), table, column);
}

}  // namespace swimsim
