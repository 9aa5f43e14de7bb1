#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <systemc>
#include <vector>

#include "models/inference/chip_inference.h"

namespace swimsim {

/// Rows of one value of an image, on their way to the tiles that read them.
struct Transfer {
  std::size_t image = 0;
  std::int64_t rows = 0;  ///< rows [0, rows) are there afterwards
  std::int64_t bits = 0;
};

/// The links that the transfers of one source take, all of them for as long as a transfer lasts.
struct Route {
  std::vector<std::size_t> links;  ///< ascending, each once
  std::int64_t hops = 0;           ///< of the farthest destination
};

/// Routes on a chip whose tiles share one bus, or sit in a square mesh, row by row, with the host port in the first place.
class Floorplan {
 public:
  Floorplan(NocKind kind, std::size_t tiles);
  static constexpr std::size_t kHostPort = ~std::size_t{0};
  /// From a tile or the host port to all of `to`. In a mesh along the row and then along the column; what the ways share is sent once.
  Route route(std::size_t from, const std::vector<std::size_t>& to) const;
  std::size_t links() const;

 private:
  std::size_t place(std::size_t tile) const { return tile == kHostPort ? 0 : tile + 1; }
  NocKind kind_;
  std::size_t side_ = 1;
};

/// What carries values between the layers. Sources whose links are free go in turn; who is next is decided one delta cycle after what has
/// changed, so that the order in which processes run cannot matter. The transfers of a source stay in order.
class Interconnect final : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Interconnect);
  using Deliver = std::function<void(std::size_t source, const Transfer&)>;
  /// `routes`: of each source. A transfer takes a clock for every `link_bits` of it, and one for every hop.
  Interconnect(sc_core::sc_module_name name, std::vector<Route> routes, std::size_t links, int link_bits, std::int64_t clock_ps,
               Deliver deliver);

  void send(std::size_t source, const Transfer& transfer);
  /// How long at least one link was busy so far.
  std::int64_t busy_ps() const { return busy_ps_; }

 private:
  struct Source {
    Route route;
    std::deque<Transfer> waiting;
    bool on_its_way = false;
    std::int64_t end_ps = 0;  ///< of the one on its way, the first of `waiting`
  };
  void arbitrate();
  void arrive();
  void start(Source& source);
  bool links_free(const Route& route) const;
  void occupy(const Route& route, bool busy);

  std::vector<Source> sources_;
  std::vector<bool> busy_;  ///< of each link
  int link_bits_;
  std::int64_t clock_ps_;
  Deliver deliver_;
  std::size_t last_ = 0;  ///< source that was served last
  std::size_t under_way_ = 0;
  std::int64_t busy_since_ps_ = 0, busy_ps_ = 0;
  sc_core::sc_event changed_;
  sc_core::sc_event_queue arrival_{"arrival"};
};

}  // namespace swimsim
