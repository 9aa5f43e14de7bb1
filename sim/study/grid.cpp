#include "sim/study/grid.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/common/words.h"

namespace swimsim {

namespace {

constexpr std::size_t kLongestLabelInFolder = 80;

/// A plain scalar stays plain, so that a number stays a number, unless a flow list would cut it.
std::string scalar(const YamlNode& node) {
  if (node.quoted) return node.text == yaml_scalar(node.text) ? "\"" + node.text + "\"" : yaml_scalar(node.text);
  const bool safe = node.text.find_first_of(",[]{}\"'#\n") == std::string::npos && node.text.find(": ") == std::string::npos;
  return safe ? node.text : yaml_scalar(node.text);
}

}  // namespace

std::size_t grid_size(std::size_t named, const std::vector<GridAxis>& axes, std::size_t limit) {
  std::size_t size = std::max<std::size_t>(named, 1);
  for (const GridAxis& axis : axes) {
    if (size > limit) break;
    size *= axis.values.size();  // both at most some thousands
  }
  return std::min(size, limit + 1);
}

std::vector<GridPoint> expand_grid(const std::vector<NamedPoint>& named, const std::vector<GridAxis>& axes) {
  std::vector<GridPoint> points;
  for (const NamedPoint& point : named) points.push_back({point.name, point.settings});
  if (points.empty()) points.emplace_back();
  for (const GridAxis& axis : axes) {
    std::vector<GridPoint> longer;
    for (const GridPoint& point : points) {
      for (const Override& value : axis.values) {
        longer.push_back(point);
        longer.back().settings.push_back(value);
      }
    }
    points = std::move(longer);
  }
  return points;
}

std::string point_label(const GridPoint& point) {
  if (!point.name.empty() && point.settings.empty()) return point.name;
  std::string label = point.name;
  for (const Override& setting : point.settings)
    label += fmt::format("{}{}={}", label.empty() ? "" : ", ", split_path(setting.path).back(), setting.value);
  return label.empty() ? "base" : label;
}

std::string point_folder(std::size_t number, std::size_t count, const std::string& label) {
  const std::size_t digits = std::max<std::size_t>(3, fmt::format("{}", count).size());
  std::string name;
  for (const char c : label) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '=' || c == '_' || c == '-';
    if (plain)
      name += c;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  name.resize(std::min(name.size(), kLongestLabelInFolder));
  while (!name.empty() && (name.back() == '_' || name.back() == '.')) name.pop_back();
  return fmt::format("{:0{}}-{}", number, digits, name.empty() ? "point" : name);
}

std::string one_line(const YamlNode& node) {
  std::string text;
  const auto next = [&text] { text += text.empty() ? "" : ", "; };
  if (node.kind == YamlNode::Kind::sequence) {
    for (const YamlNode& item : node.items) {
      next();
      text += one_line(item);
    }
    return "[" + text + "]";
  }
  if (node.kind == YamlNode::Kind::mapping) {
    for (const YamlEntry& entry : node.entries) {
      next();
      text += yaml_scalar(entry.key) + ": " + one_line(entry.value);
    }
    return "{" + text + "}";
  }
  return node.kind == YamlNode::Kind::scalar ? scalar(node) : "";
}

}  // namespace swimsim
