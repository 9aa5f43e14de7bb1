#include "sim/report/csv_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "models/common/errors.h"

namespace swimsim {
namespace {

constexpr int kFirstRow = 2;  // the titles are line 1

/// Of one line; a doubled quote inside quotes is one.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quoted && line[i] == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += line[i++];
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += line[i];
    }
  }
  return fields;
}

template <typename Value>
bool read_whole(const std::string& text, Value& value) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stopped == end;
}

}  // namespace

CsvTable::CsvTable(const std::string& text, std::string path) : path_(std::move(path)) {
  std::string line;
  bool quoted = false;
  for (const char c : text) {
    quoted = quoted != (c == '"');
    if (c != '\n' || quoted) {  // a quoted field may hold a line break
      line += c;
      continue;
    }
    add_line(line);
    line.clear();
  }
  if (!line.empty()) refuse(rows_.size(), 0, "the last line has no end; is the file cut short?");
}

void CsvTable::add_line(const std::string& line) {
  if (titles_.empty()) {
    titles_ = fields_of(line);
    return;
  }
  rows_.push_back(fields_of(line));
  if (rows_.back().size() != titles_.size())
    refuse(rows_.size() - 1, 0, fmt::format("{} fields where the titles are {}", rows_.back().size(), titles_.size()));
}

void CsvTable::refuse(std::size_t row, std::size_t field, const std::string& message) const {
  const std::size_t line = std::min<std::size_t>(row, std::numeric_limits<int>::max() / 2);
  throw InputError({Diagnostic{{path_, static_cast<int>(line) + kFirstRow, static_cast<int>(field) + 1}, message}});
}

bool CsvTable::has(const char* column) const { return std::find(titles_.begin(), titles_.end(), column) != titles_.end(); }

std::size_t CsvTable::field_of(const char* column) const {
  const auto title = std::find(titles_.begin(), titles_.end(), column);
  if (title == titles_.end()) throw InputError({Diagnostic{{path_, 1, 1}, fmt::format("no column '{}'", column)}});
  return static_cast<std::size_t>(title - titles_.begin());
}

const std::string& CsvTable::text(std::size_t row, const char* column) const { return rows_.at(row)[field_of(column)]; }

std::int64_t CsvTable::integer(std::size_t row, const char* column, std::int64_t low, std::int64_t high) const {
  std::int64_t value = 0;
  if (!read_whole(text(row, column), value) || value < low || value > high)
    refuse(row, field_of(column), fmt::format("{} '{}': expected a whole number from {} to {}", column, text(row, column), low, high));
  return value;
}

double CsvTable::number(std::size_t row, const char* column) const {
  double value = 0;
  if (!read_whole(text(row, column), value) || !std::isfinite(value) || value < 0)
    refuse(row, field_of(column), fmt::format("{} '{}': expected a number that is not negative", column, text(row, column)));
  return value;
}

}  // namespace swimsim
