#include "sim/study/study_report_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "sim/report/html_parts.h"
#include "sim/report/human_units.h"

namespace swimsim {

namespace {

const StudyPoint& point_at(const Study& study, int number) { return study.points.at(static_cast<std::size_t>(number) - 1); }

/// The page of a point from the study's: a path in which nothing needs quoting.
std::string link_to(const StudyPoint& point) {
  std::string link;
  for (const char c : point.folder + "/report.html") {
    const bool harmless = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '-' || c == '.' ||
                          c == '_' || c == '=' || c == ',';
    link += harmless ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return link;
}

std::string accuracy_text(const StudyCurvePoint& row) {
  if (row.trials < 2) return percent(row.accuracy);
  return percent(row.accuracy) + " \u00b1 " + percent((row.ci95_high - row.ci95_low) / 2);
}

std::string choice_text(const StudyCurve& curve, const StudyCurvePoint& row) { return point_text(curve.selector, row.fraction, row.price); }

/// The first curve behind the first `points` points.
std::size_t end_of(const std::vector<StudyCurve>& curves, std::size_t points) {
  return curves.empty() ? 0 : leading_curves(curves, points, std::size_t(-1));
}

/// Fractions first, rising, then prices and values of looseness, as they come.
std::vector<std::string> choices(const std::vector<StudyCurve>& curves, std::size_t end) {
  std::vector<double> fractions;
  std::vector<std::string> prices;
  for (std::size_t i = 0; i < end; ++i) {
    for (const StudyCurvePoint& row : curves[i].rows) {
      if (!row.price)
        fractions.push_back(row.fraction);
      else if (std::find(prices.begin(), prices.end(), choice_text(curves[i], row)) == prices.end())
        prices.push_back(choice_text(curves[i], row));
    }
  }
  std::sort(fractions.begin(), fractions.end());
  std::vector<std::string> names;
  for (const double fraction : fractions) {
    if (names.empty() || names.back() != fraction_text(fraction)) names.push_back(fraction_text(fraction));
  }
  names.insert(names.end(), prices.begin(), prices.end());
  return names;
}

}  // namespace

std::string accuracy_table(const Study& study, const std::vector<StudyCurve>& curves, std::size_t points) {
  const std::size_t end = end_of(curves, points);
  if (end == 0) return "";
  const std::vector<std::string> columns = choices(curves, end);
  std::vector<std::string> head{"point", "selector"};
  head.insert(head.end(), columns.begin(), columns.end());
  HtmlTable table("Accuracy in % by fraction: mean over the trials \u00b1 half of its 95 % interval", head, 2);
  for (std::size_t i = 0; i < end; ++i) {
    const StudyPoint& point = point_at(study, curves[i].point);
    const bool starts = i == 0 || curves[i - 1].point != curves[i].point;
    std::vector<std::string> cells{starts ? point.label : "", curves[i].selector};
    cells.resize(head.size());
    for (const StudyCurvePoint& row : curves[i].rows) {
      const auto column = std::find(columns.begin(), columns.end(), choice_text(curves[i], row)) - columns.begin();
      cells[2 + static_cast<std::size_t>(column)] = accuracy_text(row);
    }
    table.row(cells, starts && i > 0, starts ? link_to(point) : "");
  }
  return table.finish();
}

std::string equal_accuracy_table(const Study& study, const std::vector<StudyCurve>& curves, double drop, std::size_t points) {
  const std::size_t end = end_of(curves, points);
  HtmlTable table(fmt::format("The cheapest that comes within {:.2g} points of the accuracy with everything verified", 100 * drop),
                  {"point", "selector", "fraction", "accuracy %", "NWC", "time", "share of full time", "share of full energy"}, 2);
  int before = 0;
  for (std::size_t i = 0; i < end; ++i) {
    const StudyCurve& curve = curves[i];
    const StudyCurvePoint* full = everything_verified(curves, curve.point);
    if (full == nullptr || curve.selector == "all" || curve.selector == "none") continue;
    const StudyCurvePoint* cheapest = nullptr;
    for (const StudyCurvePoint& row : curve.rows) {
      if (row.accuracy >= full->accuracy - drop && (cheapest == nullptr || row.time_s < cheapest->time_s)) cheapest = &row;
    }
    const bool starts = curve.point != before;
    std::vector<std::string> cells{starts ? point_at(study, curve.point).label : "", curve.selector};
    if (cheapest == nullptr) {
      cells.insert(cells.end(), {"none", "", "", "", "", ""});
    } else {
      const auto share = [](double part, double whole) { return whole > 0 ? percent(part / whole, 1) + " %" : ""; };
      cells.insert(cells.end(), {choice_text(curve, *cheapest), accuracy_text(*cheapest), fmt::format("{:.3f}", cheapest->nwc),
                                 engineering(cheapest->time_s, "s", Charset::utf8), share(cheapest->time_s, full->time_s),
                                 share(cheapest->energy_J, full->energy_J)});
    }
    table.row(cells, starts && before != 0);
    before = curve.point;
  }
  return before == 0 ? "" : table.finish();
}

std::string points_table(const Study& study, const TextTable& table, std::size_t points) {
  if (table.rows.empty()) return "";
  HtmlTable html("Points", {"point", "name", "ended", "trials", "widest \u00b1 %", "quantised %", "all verified: time", "energy"}, 3);
  for (std::size_t i = 0; i < std::min(points, table.rows.size()); ++i) {
    const std::vector<std::string>& fields = table.rows[i];
    const auto text = [&](const char* column) {
      const auto found = std::find(table.columns.begin(), table.columns.end(), column);
      return found == table.columns.end() ? std::string() : fields[static_cast<std::size_t>(found - table.columns.begin())];
    };
    const auto share = [&](const char* column) { return text(column).empty() ? "" : percent(std::strtod(text(column).c_str(), nullptr)); };
    const auto quantity = [&](const char* column, const char* unit) {
      return text(column).empty() ? "" : engineering(std::strtod(text(column).c_str(), nullptr), unit, Charset::utf8);
    };
    html.row({text("point"), text("name"), text("ended"), text("trials"), share("accuracy_ci95_half_width"), share("accuracy_quantized"),
              quantity("full_time_s", "s"), quantity("full_energy_J", "J")},
             false, link_to(point_at(study, std::atoi(text("point").c_str()))));
  }
  return html.finish();
}

}  // namespace swimsim
