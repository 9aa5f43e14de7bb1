#include "sim/workload/key_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/common/words.h"

namespace swimsim {

namespace {

/// The workload is only read; the table's accessors serve reading and writing.
template <typename T>
const T& get(const Workload& workload, Member<T> member) {
  return member(const_cast<Workload&>(workload));
}

std::string wants(const KeySpec& spec) {
  return spec.range.empty() ? fmt::format("'{}' wants a {}", spec.path, spec.type)
                            : fmt::format("'{}' wants a {}, {}", spec.path, spec.type, spec.range);
}

/// Text of a scalar that stands for a number; quotes make it a text, but for "6 %".
std::optional<std::string> number_text(const KeySpec& spec, const YamlNode& node, const Complain& complain) {
  std::optional<std::string> text = scalar_text(spec, node, complain);
  if (text && node.quoted && text->back() != '%') {
    complain(node.place, fmt::format("{}; \"{}\" in quotes is a text", wants(spec), *text));
    return std::nullopt;
  }
  return text;
}

template <typename T, typename Format>
bool in_range(const KeySpec& spec, const YamlNode& node, T value, T minimum, T maximum, Format format, const Complain& complain) {
  if (value >= minimum && value <= maximum) return true;
  complain(node.place,
           fmt::format("{} is out of range for '{}'; expected {} to {}", node.text, spec.path, format(minimum), format(maximum)));
  return false;
}

KeySpec make(std::string path, std::string type, std::string range, std::string description) {
  KeySpec spec;
  spec.path = std::move(path);
  spec.type = std::move(type);
  spec.range = std::move(range);
  spec.description = std::move(description);
  return spec;
}

/// A double with a unit, a percent sign or neither.
std::optional<double> read_double(const KeySpec& spec, const YamlNode& node, Dimension dimension, double minimum, double maximum,
                                  const Complain& complain) {
  const bool with_unit = dimension != Dimension::number && dimension != Dimension::fraction;
  const std::optional<std::string> text = with_unit ? scalar_text(spec, node, complain) : number_text(spec, node, complain);
  if (!text) return std::nullopt;
  const QuantityOrError quantity = parse_quantity(*text, dimension);
  if (!quantity.value_SI) {
    complain(node.place, fmt::format("{}: {}", spec.path, quantity.error));
    return std::nullopt;
  }
  const auto format = [dimension](double value) { return format_quantity(value, dimension); };
  if (!in_range(spec, node, *quantity.value_SI, minimum, maximum, format, complain)) return std::nullopt;
  return quantity.value_SI;
}

KeySpec double_key(std::string path, std::string type, Member<double> member, Dimension dimension, double minimum, double maximum,
                   std::string description) {
  const std::string range = fmt::format("{} to {}", format_quantity(minimum, dimension), format_quantity(maximum, dimension));
  KeySpec spec = make(std::move(path), std::move(type), range, std::move(description));
  spec.read = [spec, member, dimension, minimum, maximum](Workload& workload, const YamlNode& node, const Complain& complain) {
    if (const auto value = read_double(spec, node, dimension, minimum, maximum, complain)) member(workload) = *value;
  };
  spec.print = [member, dimension](const Workload& workload) { return format_quantity(get(workload, member), dimension); };
  return spec;
}

/// "3 cycles" in picoseconds; nothing if the text does not end so.
std::optional<TimeOrError> parse_cycles(std::string_view text, std::int64_t clock_ps) {
  for (const std::string_view unit : {" cycles", " cycle"}) {
    if (text.size() <= unit.size() || text.substr(text.size() - unit.size()) != unit) continue;
    const IntegerOrError count = parse_integer(text.substr(0, text.size() - unit.size()));
    if (!count.value) return TimeOrError{std::nullopt, count.error};
    if (*count.value < 0 || *count.value > 1'000'000'000) return TimeOrError{std::nullopt, fmt::format("'{}' is out of range", text)};
    return TimeOrError{*count.value * clock_ps, {}};
  }
  return std::nullopt;
}

KeySpec any_time_key(std::string path, std::string type, Member<std::int64_t> member, std::int64_t minimum_ps, std::int64_t maximum_ps,
                     bool cycles, std::string description) {
  const std::string range = fmt::format("{} to {}", format_time_ps(minimum_ps), format_time_ps(maximum_ps));
  KeySpec spec = make(std::move(path), std::move(type), range, std::move(description));
  spec.read = [spec, member, minimum_ps, maximum_ps, cycles](Workload& workload, const YamlNode& node, const Complain& complain) {
    const std::optional<std::string> text = scalar_text(spec, node, complain);
    if (!text) return;
    std::optional<TimeOrError> time;
    if (cycles) time = parse_cycles(*text, workload.hardware.clock_ps);
    if (!time) time = parse_time_ps(*text);
    if (!time->value_ps)
      complain(node.place, fmt::format("{}: {}", spec.path, time->error));
    else if (in_range(spec, node, *time->value_ps, minimum_ps, maximum_ps, format_time_ps, complain))
      member(workload) = *time->value_ps;
  };
  spec.print = [member](const Workload& workload) { return format_time_ps(get(workload, member)); };
  return spec;
}

/// A list that is not empty; every item is handed on.
bool check_list(const KeySpec& spec, const YamlNode& node, const Complain& complain) {
  if (node.kind == YamlNode::Kind::refused) return false;
  if (node.kind == YamlNode::Kind::sequence && !node.items.empty()) return true;
  const std::string found = node.kind == YamlNode::Kind::sequence ? "an empty list" : describe(node);
  const std::string hint = node.kind == YamlNode::Kind::scalar ? fmt::format("; write [{}]", node.text) : "";
  complain(node.place, fmt::format("'{}' wants a {}, found {}{}", spec.path, spec.type, found, hint));
  return false;
}

}  // namespace

std::optional<std::string> scalar_text(const KeySpec& spec, const YamlNode& node, const Complain& complain) {
  if (node.kind == YamlNode::Kind::scalar && !node.text.empty()) return node.text;
  if (node.kind == YamlNode::Kind::empty)
    complain(node.place,
             fmt::format("'{}' has no value; expected a {}{}{}", spec.path, spec.type, spec.range.empty() ? "" : ", ", spec.range));
  else if (node.kind != YamlNode::Kind::refused)
    complain(node.place, fmt::format("{}, found {}", wants(spec), describe(node)));
  return std::nullopt;
}

KeySpec integer_key(std::string path, Member<int> member, int minimum, int maximum, std::string description) {
  KeySpec spec = make(std::move(path), "whole number", fmt::format("{} to {}", minimum, maximum), std::move(description));
  spec.read = [spec, member, minimum, maximum](Workload& workload, const YamlNode& node, const Complain& complain) {
    const std::optional<std::string> text = number_text(spec, node, complain);
    if (!text) return;
    const IntegerOrError parsed = parse_integer(*text);
    const auto format = [](std::int64_t value) { return value; };
    if (!parsed.value)
      complain(node.place, fmt::format("{}: {}", spec.path, parsed.error));
    else if (in_range<std::int64_t>(spec, node, *parsed.value, minimum, maximum, format, complain))
      member(workload) = static_cast<int>(*parsed.value);
  };
  spec.print = [member](const Workload& workload) { return fmt::format("{}", get(workload, member)); };
  return spec;
}

KeySpec seed_key(std::string path, Member<std::uint64_t> member, std::string description) {
  KeySpec spec = make(std::move(path), "whole number", "0 to 18446744073709551615", std::move(description));
  spec.read = [spec, member](Workload& workload, const YamlNode& node, const Complain& complain) {
    const std::optional<std::string> text = number_text(spec, node, complain);
    if (!text) return;
    const UnsignedOrError parsed = parse_unsigned(*text);
    if (!parsed.value)
      complain(node.place, fmt::format("{}: {}", spec.path, parsed.error));
    else
      member(workload) = *parsed.value;
  };
  spec.print = [member](const Workload& workload) { return fmt::format("{}", get(workload, member)); };
  return spec;
}

KeySpec number_key(std::string path, Member<double> member, double minimum, double maximum, std::string description) {
  return double_key(std::move(path), "number", member, Dimension::number, minimum, maximum, std::move(description));
}

KeySpec fraction_key(std::string path, Member<double> member, double minimum, double maximum, std::string description) {
  return double_key(std::move(path), "fraction", member, Dimension::fraction, minimum, maximum, std::move(description));
}

KeySpec quantity_key(std::string path, Member<double> member, Dimension dimension, double minimum, double maximum,
                     std::string description) {
  return double_key(std::move(path), std::string(dimension_name(dimension)), member, dimension, minimum, maximum, std::move(description));
}

KeySpec time_key(std::string path, Member<std::int64_t> member, std::int64_t minimum_ps, std::int64_t maximum_ps, std::string description) {
  return any_time_key(std::move(path), "time or a number of cycles", member, minimum_ps, maximum_ps, true, std::move(description));
}

KeySpec clock_key(std::string path, Member<std::int64_t> member, std::int64_t minimum_ps, std::int64_t maximum_ps,
                  std::string description) {
  return any_time_key(std::move(path), "time", member, minimum_ps, maximum_ps, false, std::move(description));
}

KeySpec boolean_key(std::string path, Member<bool> member, std::string description) {
  KeySpec spec = make(std::move(path), "true or false", "", std::move(description));
  spec.read = [spec, member](Workload& workload, const YamlNode& node, const Complain& complain) {
    if (node.kind == YamlNode::Kind::refused) return;
    const bool known = node.kind == YamlNode::Kind::scalar && !node.quoted && (node.text == "true" || node.text == "false");
    if (known)
      member(workload) = node.text == "true";
    else
      complain(node.place, fmt::format("'{}' wants true or false, found {}", spec.path, describe(node)));
  };
  spec.print = [member](const Workload& workload) { return std::string(get(workload, member) ? "true" : "false"); };
  return spec;
}

KeySpec text_key(std::string path, Member<std::string> member, std::string description) {
  KeySpec spec = make(std::move(path), "text", "", std::move(description));
  spec.read = [spec, member](Workload& workload, const YamlNode& node, const Complain& complain) {
    if (const auto text = scalar_text(spec, node, complain)) member(workload) = *text;
  };
  spec.print = [member](const Workload& workload) { return yaml_scalar(get(workload, member)); };
  return spec;
}

KeySpec word_key(std::string path, Member<std::string> member, const std::vector<std::string>& words, std::string description) {
  KeySpec spec = make(std::move(path), "word", "one of " + joined(words), std::move(description));
  spec.read = [spec, member, words](Workload& workload, const YamlNode& node, const Complain& complain) {
    const auto text = scalar_text(spec, node, complain);
    if (!text) return;
    if (std::find(words.begin(), words.end(), *text) != words.end())
      member(workload) = *text;
    else
      complain(node.place, fmt::format("'{}' is not known for '{}'{}", *text, spec.path, suggestion(*text, words)));
  };
  spec.print = [member](const Workload& workload) { return yaml_scalar(get(workload, member)); };
  return spec;
}

KeySpec word_list_key(std::string path, Member<std::vector<std::string>> member, const std::vector<std::string>& words,
                      std::string description) {
  KeySpec spec = make(std::move(path), "list of words", "of " + joined(words), std::move(description));
  spec.read = [spec, member, words](Workload& workload, const YamlNode& node, const Complain& complain) {
    if (!check_list(spec, node, complain)) return;
    std::vector<std::string> list;
    for (const YamlNode& item : node.items) {
      const auto text = scalar_text(spec, item, complain);
      if (!text) continue;
      if (std::find(words.begin(), words.end(), *text) == words.end())
        complain(item.place, fmt::format("'{}' is not known for '{}'{}", *text, spec.path, suggestion(*text, words)));
      else if (std::find(list.begin(), list.end(), *text) != list.end())
        complain(item.place, fmt::format("'{}' appears twice in '{}'", *text, spec.path));
      list.push_back(*text);
    }
    if (list.size() == node.items.size()) member(workload) = std::move(list);
  };
  spec.print = [member](const Workload& workload) {
    std::string text;
    for (const std::string& word : get(workload, member)) text += (text.empty() ? "" : ", ") + yaml_scalar(word);
    return "[" + text + "]";
  };
  return spec;
}

KeySpec number_list_key(std::string path, Member<std::vector<double>> member, double minimum, double maximum, ListOrder order,
                        std::string description) {
  const std::string range =
      fmt::format("each {} to {}{}", format_number(minimum), format_number(maximum), order == ListOrder::ascending ? ", rising" : "");
  KeySpec spec = make(std::move(path), "list of numbers", range, std::move(description));
  const Dimension dimension = order == ListOrder::ascending ? Dimension::fraction : Dimension::number;
  spec.read = [spec, member, minimum, maximum, order, dimension](Workload& workload, const YamlNode& node, const Complain& complain) {
    if (!check_list(spec, node, complain)) return;
    std::vector<double> list;
    for (const YamlNode& item : node.items) {
      const auto value = read_double(spec, item, dimension, minimum, maximum, complain);
      if (!value) continue;
      if (order == ListOrder::ascending && !list.empty() && *value == list.back())
        complain(item.place, fmt::format("{} appears twice in '{}'", item.text, spec.path));
      else if (order == ListOrder::ascending && !list.empty() && *value < list.back())
        complain(item.place, fmt::format("'{}' must rise, but {} follows {}", spec.path, item.text, format_number(list.back())));
      list.push_back(*value);
    }
    if (list.size() == node.items.size()) member(workload) = std::move(list);
  };
  spec.print = [member](const Workload& workload) {
    std::string text;
    for (const double value : get(workload, member)) text += (text.empty() ? "" : ", ") + format_number(value);
    return "[" + text + "]";
  };
  return spec;
}

KeySpec card_or_quantities_key(std::string path, Member<std::vector<double>> member, Dimension dimension, double minimum, double maximum,
                               std::string description) {
  const std::string range = fmt::format("card, or {} to {}", format_quantity(minimum, dimension), format_quantity(maximum, dimension));
  KeySpec spec = make(std::move(path), fmt::format("{}, or a list of them", dimension_name(dimension)), range, std::move(description));
  spec.read = [spec, member, dimension, minimum, maximum](Workload& workload, const YamlNode& node, const Complain& complain) {
    if (node.kind == YamlNode::Kind::scalar && node.text == "card") {
      member(workload).clear();
    } else if (node.kind != YamlNode::Kind::sequence) {
      if (const auto value = read_double(spec, node, dimension, minimum, maximum, complain)) member(workload) = {*value};
    } else if (check_list(spec, node, complain)) {
      std::vector<double> list;
      for (const YamlNode& item : node.items) {
        if (const auto value = read_double(spec, item, dimension, minimum, maximum, complain)) list.push_back(*value);
      }
      if (list.size() == node.items.size()) member(workload) = std::move(list);
    }
  };
  spec.print = [member, dimension](const Workload& workload) {
    const std::vector<double>& list = get(workload, member);
    if (list.empty()) return std::string("card");
    if (list.size() == 1) return format_quantity(list.front(), dimension);
    std::string text;
    for (const double value : list) text += (text.empty() ? "" : ", ") + format_quantity(value, dimension);
    return "[" + text + "]";
  };
  return spec;
}

KeySpec index_range_key(std::string path, Member<int> first, Member<int> last, int maximum, std::string description) {
  KeySpec spec = make(std::move(path), "range such as 0..15", fmt::format("indices 0 to {}", maximum), std::move(description));
  spec.read = [spec, first, last, maximum](Workload& workload, const YamlNode& node, const Complain& complain) {
    const auto text = number_text(spec, node, complain);
    if (!text) return;
    const std::size_t dots = text->find("..");
    const IntegerOrError from = parse_integer(text->substr(0, dots));
    const IntegerOrError to = dots == std::string::npos ? from : parse_integer(text->substr(dots + 2));
    if (!from.value || !to.value)
      complain(node.place, fmt::format("{}, found '{}'", wants(spec), *text));
    else if (*from.value < 0 || *to.value > maximum)
      complain(node.place, fmt::format("{} is out of range for '{}'; expected {}", *text, spec.path, spec.range));
    else if (*from.value > *to.value)
      complain(node.place, fmt::format("'{}' runs backwards: {}", spec.path, *text));
    else {
      first(workload) = static_cast<int>(*from.value);
      last(workload) = static_cast<int>(*to.value);
    }
  };
  spec.print = [first, last](const Workload& workload) { return fmt::format("{}..{}", get(workload, first), get(workload, last)); };
  return spec;
}

}  // namespace swimsim
