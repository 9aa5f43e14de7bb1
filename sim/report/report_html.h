#pragma once

#include <string>

#include "sim/engine/results.h"
#include "sim/report/manifest.h"

namespace swimsim {

/// report.html: one self-contained page (inline SVG and CSS, no script, no network), readable on a phone and printed. Uses nothing of
/// `info` that differs between equal runs.
std::string report_html(const RunResults& results, const ManifestInfo& info);

}  // namespace swimsim
