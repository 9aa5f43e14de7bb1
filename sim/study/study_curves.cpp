#include "sim/study/study_curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "sim/engine/price_word.h"

namespace swimsim {

namespace {

using Json = nlohmann::ordered_json;

StudyCurvePoint read_row(const TextTable& table, const std::vector<std::string>& fields) {
  const auto value = [&](const char* column) { return std::strtod(fields[table.column(column)].c_str(), nullptr); };
  StudyCurvePoint row;
  row.fraction = value("fraction");
  row.nwc = value("nwc");
  row.time_s = value("time_s");
  row.energy_J = value("energy_J");
  row.accuracy = value("accuracy_mean");
  row.ci95_low = value("accuracy_ci95_low");
  row.ci95_high = value("accuracy_ci95_high");
  row.trials = static_cast<int>(value("trials"));
  if (!fields[table.column("price")].empty()) row.price = value("price");
  return row;
}

/// Rounded to what a plot can show, which halves the page.
double shortened(double value) { return std::strtod(fmt::format("{:.7g}", value).c_str(), nullptr); }

Json row_json(const StudyCurvePoint& row) {
  Json json = Json::array();
  for (const double value : {row.fraction, row.nwc, row.time_s, row.energy_J, row.accuracy, row.ci95_low, row.ci95_high})
    json.push_back(shortened(value));
  json.push_back(row.trials);
  json.push_back(row.price ? Json(*row.price) : Json());
  return json;
}

/// No text in it can end the script element or open a comment there.
std::string inside_script(const std::string& json) {
  std::string safe;
  for (const char c : json) {
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  }
  return safe;
}

}  // namespace

std::vector<StudyCurve> study_curves(const TextTable& results) {
  std::vector<StudyCurve> curves;
  if (results.rows.empty()) return curves;
  const std::size_t point_column = results.column("point"), selector_column = results.column("selector");
  for (const std::vector<std::string>& fields : results.rows) {
    const int point = std::atoi(fields[point_column].c_str());
    if (curves.empty() || curves.back().point != point || curves.back().selector != fields[selector_column])
      curves.push_back({point, fields[selector_column], {}});
    curves.back().rows.push_back(read_row(results, fields));
  }
  return curves;
}

std::vector<std::string> selectors_of(const std::vector<StudyCurve>& curves) {
  std::vector<std::string> names;
  for (const StudyCurve& curve : curves) {
    if (std::find(names.begin(), names.end(), curve.selector) == names.end()) names.push_back(curve.selector);
  }
  return names;
}

const StudyCurvePoint* everything_verified(const std::vector<StudyCurve>& curves, int point) {
  for (const StudyCurve& curve : curves) {
    if (curve.point != point || curve.selector == "in_situ") continue;
    for (const StudyCurvePoint& row : curve.rows) {
      if (row.fraction == 1 && !row.price) return &row;
    }
  }
  return nullptr;
}

std::size_t leading_curves(const std::vector<StudyCurve>& curves, std::size_t points, std::size_t rows) {
  std::size_t whole = 0, seen_points = 0, seen_rows = 0;
  for (std::size_t i = 0; i < curves.size();) {
    std::size_t end = i;
    for (; end < curves.size() && curves[end].point == curves[i].point; ++end) seen_rows += curves[end].rows.size();
    if (whole > 0 && (++seen_points >= points || seen_rows > rows)) break;
    whole = i = end;
  }
  return whole;
}

std::string curves_json(const Study& study, const std::vector<StudyCurve>& curves, std::size_t count) {
  const std::vector<std::string> selectors = selectors_of({curves.begin(), curves.begin() + static_cast<std::ptrdiff_t>(count)});
  Json json = {{"selectors", selectors}, {"price_words", Json::array()}, {"points", Json::array()}, {"curves", Json::array()}};
  for (const std::string& selector : selectors) json["price_words"].push_back(price_word(selector));
  int before = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const StudyCurve& curve = curves[i];
    if (curve.point != before) {
      before = curve.point;
      json["points"].push_back({{"number", curve.point}, {"name", study.points.at(static_cast<std::size_t>(curve.point) - 1).label}});
    }
    Json rows = Json::array();
    for (const StudyCurvePoint& row : curve.rows) rows.push_back(row_json(row));
    const auto selector = std::find(selectors.begin(), selectors.end(), curve.selector) - selectors.begin();
    json["curves"].push_back({{"point", json["points"].size() - 1}, {"selector", selector}, {"rows", rows}});
  }
  return inside_script(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace swimsim
