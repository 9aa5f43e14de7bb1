#include "models/fitting/measured_pulses.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "models/common/errors.h"
#include "models/common/words.h"

namespace swimsim {

namespace {

constexpr std::size_t kMostMistakes = 20;
constexpr std::size_t kMostColumns = 64;
constexpr std::size_t kMostRows = 5'000'000;
constexpr std::size_t kMostRuns = 10'000;

enum Column { pulse, polarity, voltage, width, conductance, device, run, column_count };
constexpr const char* kColumnNames[column_count] = {"pulse", "polarity", "voltage", "width", "conductance", "device", "run"};

/// What a column may be called, and how many of its unit make one SI unit; 0: the unit is missing.
struct Heading {
  const char* name;
  Column column;
  double per_SI;
};
constexpr Heading kHeadings[] = {
    {"pulse", pulse, 1},
    {"pulse_number", pulse, 1},
    {"polarity", polarity, 1},
    {"voltage_V", voltage, 1},
    {"voltage_mV", voltage, 1e3},
    {"volts", voltage, 1},
    {"voltage", voltage, 0},
    {"width_s", width, 1},
    {"width_ms", width, 1e3},
    {"width_us", width, 1e6},
    {"width_ns", width, 1e9},
    {"width_ps", width, 1e12},
    {"seconds", width, 1},
    {"width", width, 0},
    {"conductance_S", conductance, 1},
    {"conductance_mS", conductance, 1e3},
    {"conductance_uS", conductance, 1e6},
    {"conductance_nS", conductance, 1e9},
    {"conductance_pS", conductance, 1e12},
    {"conductance", conductance, 0},
    {"device", device, 1},
    {"run", run, 1},
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return text;
}

void split(std::string_view line, std::vector<std::string_view>& fields) {
  fields.clear();
  for (std::size_t start = 0; start <= line.size();) {
    const std::size_t end = std::min(line.find(',', start), line.size());
    fields.push_back(trimmed(line.substr(start, end - start)));
    start = end + 1;
  }
}

/// Short enough for a message.
std::string quoted(std::string_view text) { return fmt::format("'{}{}'", text.substr(0, 40), text.size() > 40 ? "..." : ""); }

std::optional<int> polarity_of(std::string_view text) {
  static const std::map<std::string, int, std::less<>> words{
      {"set", +1},        {"ltp", +1}, {"potentiation", +1}, {"+", +1},   {"+1", +1},  {"1", +1}, {"reset", -1}, {"ltd", -1},
      {"depression", -1}, {"-", -1},   {"-1", -1},           {"none", 0}, {"read", 0}, {"0", 0},
  };
  const auto found = words.find(lower(text));
  return found == words.end() ? std::nullopt : std::optional<int>(found->second);
}

class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& file) : rest_(text), file_(file) {}

  MeasuredPulses read() {
    if (rest_.substr(0, 3) == "\xEF\xBB\xBF") rest_.remove_prefix(3);
    std::string_view line;
    if (!next_line(line)) fail(0, "is empty; the first line names the columns, such as pulse,polarity,voltage_V,width_s,conductance_S");
    read_header(line);
    if (mistakes_.empty()) {
      while (next_line(line)) read_row(line);
    }
    finish();
    return std::move(data_);
  }

 private:
  /// The next line that is neither blank nor a comment.
  bool next_line(std::string_view& line) {
    while (!rest_.empty()) {
      const std::size_t end = std::min(rest_.find_first_of("\r\n"), rest_.size());
      line = trimmed(rest_.substr(0, end));
      std::size_t used = end;
      if (used < rest_.size()) used += rest_.compare(used, 2, "\r\n") == 0 ? 2 : 1;
      rest_.remove_prefix(used);
      ++line_;
      if (!line.empty() && line.front() != '#') return true;
    }
    return false;
  }

  void complain(std::size_t field, std::string message) {
    if (++mistake_count_ <= kMostMistakes) mistakes_.push_back({{file_, line_, static_cast<int>(field) + 1}, std::move(message)});
  }

  [[noreturn]] void fail(int line, std::string message) { throw InputError({Diagnostic{{file_, line, 1}, std::move(message)}}); }

  void read_header(std::string_view line) {
    split(line, fields_);
    columns_ = fields_.size();
    if (columns_ == 1 && line.find_first_of(";\t") != std::string_view::npos)
      return complain(0, fmt::format("columns are separated by ',', not by {}; the decimal mark is '.'",
                                     line.find(';') != std::string_view::npos ? "';'" : "a tab"));
    if (columns_ > kMostColumns) return complain(0, fmt::format("{} columns; at most {} are read", columns_, kMostColumns));
    for (std::size_t i = 0; i < columns_; ++i) read_heading(i);
    for (int c = 0; c < device; ++c) {
      if (place_[c] < 0 && !complained_[c])
        complain(0,
                 fmt::format("column '{}' is missing; a file has pulse, polarity, voltage_V, width_s and conductance_S", kColumnNames[c]));
    }
  }

  /// Columns of other names are left alone, unless the name looks like a slip of one that is wanted.
  void read_heading(std::size_t i) {
    const std::string_view name = fields_[i];
    std::vector<std::string> names;
    for (const Heading& heading : kHeadings) {
      const bool has_unit = heading.column >= voltage && heading.column <= conductance;  // mS is not MS
      if (name == heading.name || (!has_unit && lower(name) == heading.name)) return take_column(heading, i);
      if (heading.per_SI != 0) names.emplace_back(heading.name);
    }
    const std::string near = nearest_word(name, names);
    for (const Heading& heading : kHeadings) {
      if (near != heading.name || heading.column >= device) continue;
      complained_[heading.column] = true;
      complain(i, fmt::format("unknown column {}; did you mean '{}'?", quoted(name), near));
    }
  }

  void take_column(const Heading& heading, std::size_t i) {
    if (heading.per_SI == 0) {
      complained_[heading.column] = true;
      return complain(i, fmt::format("column '{}' lacks its unit: write {}", heading.name, example(heading.column)));
    }
    int& place = place_[heading.column];
    if (place >= 0) return complain(i, fmt::format("'{}' stands twice: also in column {}", kColumnNames[heading.column], place + 1));
    place = static_cast<int>(i);
    per_SI_[heading.column] = heading.per_SI;
  }

  static std::string example(Column column) {
    if (column == voltage) return "voltage_V or voltage_mV";
    return column == width ? "width_s, width_ms, width_us, width_ns or width_ps" : "conductance_S, conductance_uS or conductance_nS";
  }

  std::optional<double> number(Column column) {
    const auto i = static_cast<std::size_t>(place_[column]);
    std::string_view text = fields_[i];
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    double value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || status != std::errc() || end != text.data() + text.size()) {
      complain(i, fmt::format("{} {} is not a number", kColumnNames[column], quoted(fields_[i])));
      return std::nullopt;
    }
    if (!std::isfinite(value)) {
      complain(i, fmt::format("{} {} is not finite; leave the conductance of a pulse that was not read empty", kColumnNames[column],
                              quoted(fields_[i])));
      return std::nullopt;
    }
    return value / per_SI_[column];  // divided: 1000 ns is 1e-6 s to the last bit
  }

  bool within(Column column, double value, double low, double high, const char* range) {
    if (value >= low && value <= high) return true;
    const auto i = static_cast<std::size_t>(place_[column]);
    complain(i, fmt::format("{} {} is out of range; expected {}", kColumnNames[column], quoted(fields_[i]), range));
    return false;
  }

  void read_row(std::string_view line) {
    if (++rows_ > kMostRows) fail(line_, fmt::format("more than {} rows; thin the data", kMostRows));
    split(line, fields_);
    if (fields_.size() != columns_) {
      return complain(0, fmt::format("{} fields, the header has {}{}", fields_.size(), columns_,
                                     fields_.size() > columns_ ? "; the decimal mark is '.', and fields hold no ','" : ""));
    }
    MeasuredPulse row;
    const std::optional<double> pulse_number = number(pulse);
    const bool whole = pulse_number && *pulse_number == std::floor(*pulse_number) && std::fabs(*pulse_number) < 1e15;
    if (pulse_number && !whole)
      complain(static_cast<std::size_t>(place_[pulse]), fmt::format("pulse {} is not a whole number", *pulse_number));
    const bool sound = read_pulse(row) && whole;
    MeasuredRun* train = run_of_row();
    if (!sound || train == nullptr) return;
    const auto count = static_cast<std::int64_t>(*pulse_number);
    if (train->pulses.empty()) {
      train->first_pulse = count;
      if (std::isnan(row.g_S))
        return complain(static_cast<std::size_t>(place_[conductance]),
                        "the first pulse of a run needs its conductance: the fit starts from it");
    } else {
      if (row.polarity == 0)
        return complain(static_cast<std::size_t>(place_[polarity]), "a read without a pulse stands only before the first pulse of a run");
      const std::int64_t expected = train->first_pulse + static_cast<std::int64_t>(train->pulses.size());
      if (count != expected && broken_runs_.insert(last_).second)
        return complain(static_cast<std::size_t>(place_[pulse]),
                        fmt::format("pulse {} follows pulse {}: within a run the numbers rise by one. A pulse that was not read keeps its "
                                    "row and leaves the conductance empty; sweeps that start again want a column 'run'",
                                    count, expected - 1));
    }
    train->pulses.push_back(row);
  }

  bool read_pulse(MeasuredPulse& row) {
    const std::string_view word = fields_[static_cast<std::size_t>(place_[polarity])];
    const std::optional<int> direction = polarity_of(word);
    if (!direction)
      complain(static_cast<std::size_t>(place_[polarity]),
               fmt::format("polarity {} is not one of SET, RESET, LTP, LTD, +1, -1, none", quoted(word)));
    bool sound = direction.has_value();
    row.polarity = static_cast<std::int8_t>(direction.value_or(0));
    if (!direction || row.polarity != 0) {
      const std::optional<double> volts = number(voltage), seconds = number(width);
      sound = volts && within(voltage, std::fabs(*volts), 0.01, 20, "0.01 V to 20 V in size") && sound;
      sound = seconds && within(width, *seconds, 1e-12, 1, "1 ps to 1 s") && sound;
      row.amplitude_V = static_cast<float>(std::fabs(volts.value_or(0)));
      row.width_s = seconds.value_or(0);
    }
    row.g_S = std::numeric_limits<double>::quiet_NaN();
    if (fields_[static_cast<std::size_t>(place_[conductance])].empty()) return sound;
    const std::optional<double> g_S = number(conductance);
    if (!g_S || !within(conductance, *g_S, 0, 1e-2, "0 to 10 mS (is the unit in the column's name right?)")) return false;
    row.g_S = *g_S;
    data_.lowest_S = data_.readings == 0 ? row.g_S : std::min(data_.lowest_S, row.g_S);
    data_.highest_S = std::max(data_.highest_S, row.g_S);
    ++data_.readings;
    return sound;
  }

  MeasuredRun* run_of_row() {
    const auto text = [this](Column column) {
      return place_[column] < 0 ? std::string_view() : fields_[static_cast<std::size_t>(place_[column])].substr(0, 100);
    };
    if (!data_.runs.empty() && data_.runs[last_].device == text(device) && data_.runs[last_].run == text(run)) return &data_.runs[last_];
    const auto [found, fresh] = index_.try_emplace({std::string(text(device)), std::string(text(run))}, data_.runs.size());
    if (fresh) {
      if (data_.runs.size() == kMostRuns) fail(line_, fmt::format("more than {} runs; fit a part of them", kMostRuns));
      data_.runs.push_back({found->first.first, found->first.second, 0, {}});
    }
    last_ = found->second;
    return &data_.runs[last_];
  }

  void finish() {
    std::size_t predicted = 0;
    for (const MeasuredRun& train : data_.runs) {
      for (std::size_t i = 1; i < train.pulses.size(); ++i) predicted += std::isnan(train.pulses[i].g_S) ? 0 : 1;
    }
    if (mistakes_.empty() && predicted == 0)
      complain(0, fmt::format("{} conductances in {} runs; a run starts from its first, and a fit wants more", data_.readings,
                              data_.runs.size()));
    if (mistakes_.empty() && data_.lowest_S == data_.highest_S)
      complain(0, fmt::format("all {} conductances are {} S: there is nothing to fit", data_.readings, data_.lowest_S));
    if (mistakes_.empty()) return;
    if (mistake_count_ > kMostMistakes)
      mistakes_.push_back({{file_, 0, 0}, fmt::format("and {} more mistakes", mistake_count_ - kMostMistakes)});
    throw InputError(std::move(mistakes_));
  }

  std::string_view rest_;
  const std::string& file_;
  int line_ = 0;
  std::vector<std::string_view> fields_;
  std::size_t columns_ = 0, rows_ = 0;
  int place_[column_count] = {-1, -1, -1, -1, -1, -1, -1};
  double per_SI_[column_count] = {};
  bool complained_[column_count] = {};
  MeasuredPulses data_;
  std::map<std::pair<std::string, std::string>, std::size_t> index_;
  std::set<std::size_t> broken_runs_;  ///< whose numbers were complained about already
  std::size_t last_ = 0;
  std::vector<Diagnostic> mistakes_;
  std::size_t mistake_count_ = 0;
};

}  // namespace

std::size_t MeasuredPulses::devices() const {
  std::set<std::string_view> names;
  for (const MeasuredRun& train : runs) names.insert(train.device);
  return names.size();
}

MeasuredPulses read_measured_pulses(std::string_view text, const std::string& file) { return CsvReader(text, file).read(); }

}  // namespace swimsim
