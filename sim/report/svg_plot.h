#pragma once

#include <string>
#include <vector>

namespace swimsim {

// A small plotter: SVG text whose bytes follow from its input alone. Legends stand above the data, colours are those of Okabe and Ito and
// never the only difference. Values that are not finite, and those not above 0 on a log axis, are left out.

/// One point; `y_low` and `y_high` are the ends of the error bar, equal for none.
struct PlotPoint {
  double x = 0, y = 0;
  double y_low = 0, y_high = 0;
};

struct PlotSeries {
  std::string name;  ///< empty: not in the legend
  std::vector<PlotPoint> points;
  int style = 0;        ///< colour and marker
  bool dashed = false;  ///< with hollow markers
  enum class Drawn { line_and_markers, line, small_markers } drawn = Drawn::line_and_markers;
};

struct PlotAxis {
  std::string label;  ///< with its unit: "programming time (ms)"
  bool log = false;
  bool from_zero = false;  ///< the axis includes 0
  bool tight = false;      ///< a linear axis ends with the data, not with the next tick
};

struct LinePlot {
  std::string id;  ///< prefix of the ids inside, unique on a page
  std::string title;
  std::string description;  ///< for readers who do not see the picture
  PlotAxis x, y;
  std::vector<PlotSeries> series;
};
std::string line_plot_svg(const LinePlot& plot);

/// Signed bars above, lines below, over the same x axis: what is done to something, and what becomes of it.
struct WaveformPlot {
  std::string id, title, description;
  PlotAxis x, bars, lines;
  std::vector<PlotPoint> pulses;  ///< bars from 0; those below 0 have the second style
  std::vector<PlotSeries> series;
};
std::string waveform_svg(const WaveformPlot& plot);

/// Vertical bars without gaps over whole numbers: bar k stands at first + k.
struct HistogramPlot {
  std::string id, title, description;
  PlotAxis x, y;
  double first = 0;
  std::vector<double> heights;
  bool open_end = false;  ///< the last bar holds all that is beyond
};
std::string histogram_svg(const HistogramPlot& plot);

/// Horizontal bars in groups, one panel above the other; every bar carries its value as text.
struct BarPlot {
  std::string id, title, description;
  std::vector<std::string> categories;
  std::vector<std::string> series;
  struct Panel {
    std::string label;
    std::vector<std::vector<double>> values;      ///< [series][category]
    std::vector<std::vector<std::string>> texts;  ///< the same, for the reader
  };
  std::vector<Panel> panels;
};
std::string bar_plot_svg(const BarPlot& plot);

}  // namespace swimsim
