#include "sim/hardware/interconnect.h"

#include <algorithm>
#include <set>

#include "sim/hardware/simulated_time.h"

namespace swimsim {

Floorplan::Floorplan(NocKind kind, std::size_t tiles) : kind_(kind) {
  while (side_ * side_ < tiles + 1) ++side_;
}

std::size_t Floorplan::links() const { return kind_ == NocKind::mesh ? 4 * side_ * side_ : 1; }

Route Floorplan::route(std::size_t from, const std::vector<std::size_t>& to) const {
  if (kind_ != NocKind::mesh) return {{0}, 0};
  enum : std::size_t { east, west, south, north };
  std::set<std::size_t> links;
  Route route;
  for (const std::size_t tile : to) {
    std::size_t row = place(from) / side_, col = place(from) % side_;
    const std::size_t end_row = place(tile) / side_, end_col = place(tile) % side_;
    std::int64_t hops = 0;
    const auto step = [&](std::size_t direction, std::size_t& along, bool forward) {
      links.insert(4 * (row * side_ + col) + direction);
      along = forward ? along + 1 : along - 1;
      ++hops;
    };
    while (col != end_col) step(col < end_col ? east : west, col, col < end_col);
    while (row != end_row) step(row < end_row ? south : north, row, row < end_row);
    route.hops = std::max(route.hops, hops);
  }
  route.links.assign(links.begin(), links.end());
  return route;
}

Interconnect::Interconnect(sc_core::sc_module_name name, std::vector<Route> routes, std::size_t links, int link_bits, std::int64_t clock_ps,
                           Deliver deliver)
    : sc_module(name), busy_(links, false), link_bits_(link_bits), clock_ps_(clock_ps), deliver_(std::move(deliver)) {
  for (Route& route : routes) sources_.push_back({std::move(route), {}, false, 0});
  SC_METHOD(arbitrate);
  sensitive << changed_;
  dont_initialize();
  SC_METHOD(arrive);
  sensitive << arrival_;
  dont_initialize();
}

void Interconnect::send(std::size_t source, const Transfer& transfer) {
  sources_[source].waiting.push_back(transfer);
  changed_.notify(sc_core::SC_ZERO_TIME);
}

void Interconnect::arbitrate() {
  const std::size_t first = last_ + 1;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const std::size_t number = (first + i) % sources_.size();
    Source& source = sources_[number];
    if (source.waiting.empty() || source.on_its_way || !links_free(source.route)) continue;
    start(source);
    last_ = number;
  }
}

void Interconnect::start(Source& source) {
  const std::int64_t clocks = (source.waiting.front().bits + link_bits_ - 1) / link_bits_ + source.route.hops;
  occupy(source.route, true);
  source.on_its_way = true;
  source.end_ps = simulated_ps() + clocks * clock_ps_;
  if (under_way_++ == 0) busy_since_ps_ = simulated_ps();
  arrival_.notify(in_ps(clocks * clock_ps_));
}

/// One or more transfers end now.
void Interconnect::arrive() {
  for (std::size_t number = 0; number < sources_.size(); ++number) {
    Source& source = sources_[number];
    if (!source.on_its_way || source.end_ps != simulated_ps()) continue;
    const Transfer transfer = source.waiting.front();
    source.waiting.pop_front();
    source.on_its_way = false;
    occupy(source.route, false);
    if (--under_way_ == 0) busy_ps_ += simulated_ps() - busy_since_ps_;
    changed_.notify(sc_core::SC_ZERO_TIME);
    deliver_(number, transfer);
  }
}

bool Interconnect::links_free(const Route& route) const {
  return std::none_of(route.links.begin(), route.links.end(), [this](std::size_t link) { return busy_[link]; });
}

void Interconnect::occupy(const Route& route, bool busy) {
  for (const std::size_t link : route.links) busy_[link] = busy;
}

}  // namespace swimsim
