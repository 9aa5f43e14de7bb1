#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/device/kernels/binomial_quantile.h"
#include "models/device/kernels/fefet_channel.h"
#include "tests/support/fefet_cells.h"

namespace swimsim {
namespace {

struct Shot {
  double volts, width_s;
};

/// Share that has switched after some pulses, by a fine sum over the domains' fields.
double exact_share(const std::vector<Shot>& shots, double alpha = 1.86) {
  double weights = 0, stay = 0;
  for (int step = 0; step <= 4000; ++step) {
    const double z = -6 + 12.0 * step / 4000, field_V = 10.58 + 1.01 * z, weight = std::exp(-z * z / 2);
    double h = 0;
    for (const Shot& shot : shots) h += shot.width_s / 72e-12 * std::exp(-std::pow(field_V / shot.volts, alpha));
    weights += weight;
    stay += weight * std::exp(-h * h);
  }
  return 1 - stay / weights;
}

/// Largest error of the cell's mean over single pulses and ramps; many domains and no noise make the median the mean.
double worst_share_error(double alpha) {
  const Card card = fefet_with({{"domains", 1e5}, {"sigma_ea_device", 0}});
  double worst = 0;
  for (double volts = 2; volts < 4.85; volts += 0.1) {
    for (const double width_s : {2e-8, 1e-7, 1e-6, 1e-5}) {
      FefetCells cells(card, 1);
      cells.pulse(+1, volts, width_s);
      worst = std::max(worst, std::fabs(cells.mean_share() - exact_share({{volts, width_s}}, alpha)));
    }
  }
  for (const double step_V : {0.05, 0.1, 0.2}) {
    FefetCells cells(card, 1);
    std::vector<Shot> shots;
    for (double volts = 2; volts < 4.85; volts += step_V) {
      shots.push_back({volts, 1e-7});
      cells.pulse(+1, volts, 1e-7);
      worst = std::max(worst, std::fabs(cells.mean_share() - exact_share(shots, alpha)));
    }
  }
  return worst;
}

TEST(FefetNls, EightFieldsFollowTheIntegralOverAllFields) {
  EXPECT_LT(worst_share_error(1.86), 0.007);
  EXPECT_GT(worst_share_error(1.90), 0.03);  // the comparison sees a slightly different law
}

TEST(FefetNls, HistoryAddsUp) {
  const Card card = fefet_with({{"domains", 1e5}});
  FefetCells once(card, 8), twice(card, 8);
  once.pulse(+1, 3.4, 100e-9);
  twice.pulse(+1, 3.4, 50e-9);
  const double half = twice.mean_share();
  twice.pulse(+1, 3.4, 50e-9);
  EXPECT_NEAR(twice.mean_share(), once.mean_share(), 5e-5);
  EXPECT_GT(std::fabs(2 * half - once.mean_share()), 0.03);  // not because the shares add up
}

TEST(FefetNls, AnInactiveCellDoesNotMove) {
  FefetCells cells(fefet_card(), 70);
  cells.pulse(+1, 3.4, 1e-7);
  cells.active.assign(cells.n, 0);
  const auto states = [&] { return std::vector<std::vector<float>>(cells.state, cells.state + cells.device->states()); };
  const auto before_S = cells.g_S;
  const auto before = states();
  cells.target_S.assign(cells.n, 8e-6f);
  cells.pulse(+1, 4.0, 1e-7);
  cells.pulse(-1, 4.0, 1e-7);
  cells.device->blind_write(cells.row, cells.noise.data());
  cells.device->erase(cells.row, cells.noise.data());
  EXPECT_EQ(cells.g_S, before_S);
  EXPECT_EQ(states(), before);
}

// Vector loops and their remainders must not differ by a bit.
TEST(FefetNls, ACellDoesNotCareWhereInTheRowItStands) {
  FefetCells all(fefet_card(), 131);
  std::vector<FefetCells> alone;
  for (std::size_t i = 0; i < all.n; ++i) alone.emplace_back(fefet_card(), 1);
  for (int step = 0; step < 12; ++step) {
    all.draw(Purpose::verify_pulse);
    const int sign = step % 5 == 4 ? -1 : +1;
    const double volts = 2.8 + 0.1 * step;
    all.pulse(sign, volts, 1e-7);
    for (std::size_t i = 0; i < all.n; ++i) {
      alone[i].variation[0][0] = all.variation[0][i];
      alone[i].noise[0] = all.noise[i];
      alone[i].pulse(sign, volts, 1e-7);
      ASSERT_EQ(alone[i].g_S[0], all.g_S[i]) << step << " " << i;
      for (int which = 0; which < all.device->states(); ++which)
        ASSERT_EQ(alone[i].state[which][0], all.state[which][i]) << which << " " << i;
    }
  }
}

TEST(FefetNls, EraseReturnsACellToItsStart) {
  FefetCells cells(fefet_card(), 256);
  const auto start_S = cells.g_S;
  cells.draw(Purpose::verify_pulse);
  const auto noise = cells.noise;
  cells.pulse(+1, 3.5, 1e-7);
  const auto programmed_S = cells.g_S;
  EXPECT_NE(programmed_S, start_S);
  cells.draw(Purpose::verify_pulse);
  cells.device->erase(cells.row, cells.noise.data());
  EXPECT_EQ(cells.g_S, start_S);
  cells.noise = noise;
  cells.pulse(+1, 3.5, 1e-7);
  EXPECT_EQ(cells.g_S, programmed_S);
}

TEST(FefetNls, AWeakEraseIsIncomplete) {
  FefetCells cells(fefet_with({{"v_erase", 3.0}}), 256);
  cells.pulse(+1, 4.8, 1e-6);
  EXPECT_GT(cells.mean_share(), 0.999);
  cells.device->erase(cells.row, cells.noise.data());
  EXPECT_NEAR(cells.mean_share(), 1 - exact_share({{3.0, 1e-6}}), 0.03);
  EXPECT_TRUE(cells.device->erases());
  EXPECT_EQ(cells.device->erase_amplitude_V(), 3.0);
  EXPECT_EQ(cells.device->erase_width_s(), 1e-6);
}

// The easy domains switch first, and they are the ones that come back first.
TEST(FefetNls, TheOtherPolaritySwitchesBackTheDomainsThatAreThere) {
  const Card card = fefet_with({{"domains", 1e5}, {"sigma_ea_device", 0}});
  FefetCells few(card, 1), all(card, 1);
  few.pulse(+1, 3.2, 1e-7);
  all.pulse(+1, 4.8, 1e-6);
  const double some = few.mean_share();
  EXPECT_NEAR(some, exact_share({{3.2, 1e-7}}), 0.007);
  few.pulse(-1, 3.4, 1e-7);
  all.pulse(-1, 3.4, 1e-7);
  EXPECT_LT(few.mean_share(), 0.2 * some);
  EXPECT_NEAR(all.mean_share(), 1 - exact_share({{3.4, 1e-7}}), 0.007);
}

TEST(FefetNls, APulseTowardsTheEndThatACellIsAtDoesNothing) {
  FefetCells cells(fefet_card(), 8);
  const auto start_S = cells.g_S;
  cells.noise.assign(cells.n, 3.0f);
  cells.pulse(-1, 4.0, 1e-7);
  EXPECT_EQ(cells.g_S, start_S);
  cells.pulse(+1, 4.8, 1e-5);
  const auto full_S = cells.g_S;
  EXPECT_EQ(cells.mean_share(), 1);
  cells.pulse(+1, 4.8, 1e-7);
  EXPECT_EQ(cells.g_S, full_S);
}

TEST(FefetNls, BlindWriteHasTheTargetAsItsMedianWithoutDeviceSpread) {
  FefetCells cells(fefet_with({{"sigma_ea_device", 0}}), 64);
  const double low_S = cells.device->g_min_S(), high_S = cells.device->g_max_S();
  for (std::size_t i = 0; i < cells.n; ++i) {
    cells.target_S[i] = static_cast<float>(low_S + (high_S - low_S) * static_cast<double>(i) / 63);
  }
  cells.device->blind_write(cells.row, cells.noise.data());  // no noise: the median
  const double domain_S = 14.2e-6 / 250;
  EXPECT_EQ(cells.share(0), 0);  // the lowest level is the erased cell
  for (std::size_t i = 0; i < cells.n; ++i) EXPECT_NEAR(cells.g_S[i], cells.target_S[i], domain_S) << i;
}

TEST(FefetNls, TheCardsRangeIsThatOfItsCells) {
  FefetCells cells(fefet_card(), 1);
  EXPECT_NEAR(cells.g_S[0], cells.device->g_min_S(), 1e-3 * cells.device->g_min_S());
  const FefetChannel channel({1e-5, 1.3, 1.2, 0.1, 0, 1.2 - 1.49, 1.2});
  EXPECT_NEAR(channel.exact_threshold_V(cells.device->g_max_S()), 1.2 - 0.95 * 1.49, 0.002);
  EXPECT_NEAR(1 / channel.exact_conductance_S(1.2 - 1.49), 70e3, 300);  // Ohm
}

TEST(FefetNls, TrappedChargeHidesWhatThePulseDid) {
  FefetCells cells(fefet_with({{"trap_shift", 0.1}, {"trap_tau", 1e-6}}), 4);
  cells.pulse(+1, 3.6, 1e-7);
  const FefetChannel channel({1e-5, 1.3, 1.2, 0.1, 0, 1.2 - 1.49, 1.2});
  std::vector<float> seen(cells.n);
  const auto hidden_V = [&](double since_s) {
    cells.device->apparent_S(cells.row, since_s, seen.data());
    return channel.exact_threshold_V(seen[0]) - channel.exact_threshold_V(cells.g_S[0]);
  };
  EXPECT_NEAR(hidden_V(0), 0.1, 1e-3);
  EXPECT_NEAR(hidden_V(1e-6), 0.1 / std::exp(1.0), 1e-3);
  EXPECT_EQ(hidden_V(1e-3), 0);
  EXPECT_EQ(seen, cells.g_S);  // to the bit
  cells.pulse(-1, 2.5, 1e-7);
  EXPECT_NEAR(hidden_V(0), -0.1, 1e-3);
}

TEST(FefetNls, RetentionClosesTheWindowWithTheLogOfTime) {
  const auto after = [](double time_s, float g_S) {
    return FefetCells(fefet_with({{"relax_time", time_s}}), 1).device->relaxed_S(g_S, 1.5f);
  };
  EXPECT_EQ(after(0, 7e-6f), 7e-6f);
  EXPECT_EQ(after(1, 7e-6f), 7e-6f);
  const FefetChannel channel({1e-5, 1.3, 1.2, 0.1, 0, 1.2 - 1.49, 1.2});
  const double high = channel.exact_threshold_V(after(1e4, 0.0803e-6f)), low = channel.exact_threshold_V(after(1e4, 14.25e-6f));
  EXPECT_NEAR(high - low, 1.49 * (1 - 4 * 0.03), 0.002);
  EXPECT_NEAR((high + low) / 2, 1.2 - 1.49 / 2, 0.002);
}

TEST(FefetNls, ReadNoiseIsThatOfTheThreshold) {
  const FefetCells cells(fefet_card(), 1);
  const FefetChannel channel({1e-5, 1.3, 1.2, 0.1, 0, 1.2 - 1.49, 1.2});
  const float g_S[3] = {0.1e-6f, 1e-6f, 10e-6f};
  float sigma_S[3];
  cells.device->read_sigmas_S(3, g_S, sigma_S);
  for (int i = 0; i < 3; ++i) {
    const double threshold_V = channel.exact_threshold_V(g_S[i]);
    const double expected = (channel.exact_conductance_S(threshold_V - 0.005) - channel.exact_conductance_S(threshold_V + 0.005));
    EXPECT_NEAR(sigma_S[i], expected, 0.01 * expected) << i;
    EXPECT_EQ(sigma_S[i], cells.device->read_sigma_S(g_S[i]));
  }
}

TEST(FefetNls, EnergyIsTheSwitchedChargeAndTheGate) {
  FefetCells cells(fefet_card(), 2);
  cells.active[1] = 0;
  const auto before_S = cells.g_S;
  cells.pulse(+1, 4.0, 1e-7);
  double energy_J[2];
  cells.device->pulse_energy_J(cells.row, before_S.data(), cells.amplitude_V.data(), 1e-7, energy_J);
  EXPECT_NEAR(energy_J[0], 0.96e-15 * cells.share(0) * 4 + 0.5 * 0.074e-15 * 16, 1e-18);
  EXPECT_EQ(energy_J[1], 0);
  cells.device->pulse_energy_J(cells.row, cells.g_S.data(), cells.amplitude_V.data(), 1e-7, energy_J);
  EXPECT_NEAR(energy_J[0], 0.5 * 0.074e-15 * 16, 1e-21);  // nothing switched
  EXPECT_FALSE(cells.device->is_resistor());
}

TEST(FefetNls, BothPolaritiesHaveTheirRamp) {
  const FefetCells cells(fefet_with({{"reset_start", 2.2}, {"reset_stop", 4.4}}), 1);
  EXPECT_EQ(cells.device->ramp(+1).start_V, 2.0);
  EXPECT_EQ(cells.device->ramp(+1).stop_V, 4.8);
  EXPECT_EQ(cells.device->ramp(-1).start_V, 2.2);
  EXPECT_EQ(cells.device->ramp(-1).stop_V, 4.4);
}

// Disturb.

struct Doses {
  std::vector<float> set, reset;
  Doses(std::size_t n, double set_s, double reset_s) : set(n, static_cast<float>(set_s)), reset(n, static_cast<float>(reset_s)) {}
};

TEST(FefetDisturb, NoDoseIsNoChange) {
  FefetCells cells(fefet_card(), 8);
  cells.pulse(+1, 3.4, 1e-7);
  const auto before_S = cells.g_S;
  const auto before = cells.state[DomainBatch::kHistory];
  const Doses none(cells.n, 0, 0);
  cells.device->disturb(cells.row, none.set.data(), none.reset.data());
  EXPECT_EQ(cells.g_S, before_S);
  EXPECT_EQ(cells.state[DomainBatch::kHistory], before);
}

TEST(FefetDisturb, DosesAddUp) {
  FefetCells once(fefet_card(), 8), often(fefet_card(), 8);
  const double dose = once.device->disturb_dose(+1, 2.0);
  EXPECT_NEAR(dose, 1e-7, 1e-12);  // a pulse of the card's width at the reference volts
  const Doses all(8, 1000 * dose, 0), part(8, 100 * dose, 0);
  once.device->disturb(once.row, all.set.data(), all.reset.data());
  for (int i = 0; i < 10; ++i) often.device->disturb(often.row, part.set.data(), part.reset.data());
  EXPECT_GT(once.mean_share(), 0.005);
  EXPECT_NEAR(often.mean_share(), once.mean_share(), 1e-3 * once.mean_share());
}

TEST(FefetDisturb, FewerVoltsAreFarFewerSeconds) {
  const FefetCells cells(fefet_card(), 1);
  EXPECT_EQ(cells.device->disturb_dose(+1, 0), 0);
  EXPECT_LT(cells.device->disturb_dose(+1, 4.0 / 3), 1e-6 * cells.device->disturb_dose(+1, 2.0));
  EXPECT_GT(cells.device->disturb_dose(+1, 2.4), 50 * cells.device->disturb_dose(+1, 2.0));
}

TEST(FefetDisturb, AnErasedCellIsDisturbedLikeAFreshOne) {
  FefetCells fresh(fefet_card(), 4), erased(fefet_card(), 4);
  erased.pulse(+1, 3.5, 1e-7);
  erased.device->erase(erased.row, erased.noise.data());
  const Doses doses(4, 1e-5, 0);
  for (int i = 0; i < 20; ++i) {
    for (FefetCells* cells : {&fresh, &erased}) cells->device->disturb(cells->row, doses.set.data(), doses.reset.data());
  }
  EXPECT_GT(fresh.mean_share(), 0.01);
  EXPECT_EQ(erased.g_S, fresh.g_S);
}

TEST(FefetDisturb, AgainstTheLastPulseOnlyMuchCounts) {
  FefetCells cells(fefet_card(), 4);
  cells.pulse(+1, 3.4, 1e-7);
  const auto before_S = cells.g_S;
  const auto history = cells.state[DomainBatch::kHistory];
  const Doses little(4, 0, 1e-6), much(4, 0, 1e-3);
  cells.device->disturb(cells.row, little.set.data(), little.reset.data());
  EXPECT_EQ(cells.g_S, before_S);
  EXPECT_EQ(cells.state[DomainBatch::kHistory], history);
  cells.device->disturb(cells.row, much.set.data(), much.reset.data());
  for (std::size_t i = 0; i < 4; ++i) EXPECT_LT(cells.g_S[i], before_S[i]);
}

TEST(FefetDisturb, PulsesGoOnFromAFractionOfADomain) {
  FefetCells cells(fefet_card(), 32);
  const Doses doses(32, 3e-5, 0);
  cells.device->disturb(cells.row, doses.set.data(), doses.reset.data());
  cells.draw(Purpose::verify_pulse);
  for (int i = 0; i < 30; ++i) cells.pulse(+1, 2 + 0.1 * i, 1e-7);
  for (std::size_t i = 0; i < 32; ++i) {
    EXPECT_LE(cells.share(i), 1);
    EXPECT_GT(cells.share(i), 0.98);
  }
}

// The transistor.

TEST(FefetChannel, TheTableInvertsTheFormula) {
  for (const double series_Ohm : {0.0, 100e3}) {
    const FefetChannel channel({1e-5, 1.3, 1.2, 0.1, series_Ohm, -0.29, 1.2});
    for (double threshold_V = -0.29; threshold_V <= 1.2; threshold_V += 0.0149) {
      const double exact_S = channel.exact_conductance_S(threshold_V);
      const float fast_S = channel.curve().conductance_S(static_cast<float>(threshold_V));
      EXPECT_NEAR(fast_S, exact_S, 2e-5 * exact_S) << threshold_V;
      EXPECT_NEAR(channel.exact_threshold_V(exact_S), threshold_V, 1e-9);
      EXPECT_NEAR(channel.threshold_V(fast_S), threshold_V, 1e-4);
    }
  }
}

TEST(FefetChannel, AResistorClampsTheOnState) {
  const FefetChannel plain({1e-5, 1.3, 1.2, 0.1, 0, -0.29, 1.2}), clamped({1e-5, 1.3, 1.2, 0.1, 1e6, -0.29, 1.2});
  EXPECT_NEAR(1 / clamped.exact_conductance_S(0), 1e6 + 1 / plain.exact_conductance_S(0), 1);
  EXPECT_LT(clamped.slope_S_per_V(0.93e-6f), 0.01f * plain.slope_S_per_V(13e-6f));
}

// Binomial draws.

/// Largest distance between the binomial's cumulative and that of the draws. `shift` spoils the draws.
double worst_distance(int n, double p, float shift = 0) {
  const double left = std::log1p(-p);
  double worst = 0, sum = 0;
  for (int k = 0; k < n; ++k) {
    sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) + k * std::log(p) + (n - k) * left);
    double low = -7, high = 7;  // where the draw goes from k to k + 1
    for (int i = 0; i < 40; ++i) {
      const double middle = (low + high) / 2;
      (binomial_quantile(n, static_cast<float>(p), static_cast<float>(middle) + shift) <= k ? low : high) = middle;
    }
    worst = std::max(worst, std::fabs(0.5 * std::erfc(-low / std::sqrt(2.0)) - sum));
  }
  return worst;
}

TEST(BinomialQuantile, DrawsFollowTheDistribution) {
  for (const int n : {1, 3, 10, 60, 250, 1000}) {
    for (const double p : {1e-4, 1e-3, 0.01, 0.031, 0.033, 0.1, 0.3, 0.5, 0.7, 0.95, 0.999}) {
      EXPECT_LT(worst_distance(n, p), 2e-4) << n << " " << p;
    }
  }
  EXPECT_GT(worst_distance(250, 0.1, 0.001f), 2e-4);
  EXPECT_GT(worst_distance(250, 0.01, 0.001f), 2e-4);
}

TEST(BinomialQuantile, RisesWithTheNormalAndStaysInRange) {
  for (const float p : {0.001f, 0.02f, 0.2f, 0.6f, 0.99f}) {
    int last = 0;
    for (float z = -7; z <= 7; z += 0.01f) {
      const int k = binomial_quantile(250, p, z);
      EXPECT_GE(k, last);
      EXPECT_LE(k, 250);
      last = k;
    }
  }
}

TEST(BinomialQuantile, NothingAndEverything) {
  for (const float z : {-6.0f, 0.0f, 6.0f}) {
    EXPECT_EQ(binomial_quantile(0, 0.5f, z), 0);
    EXPECT_EQ(binomial_quantile(250, 0.0f, z), 0);
    EXPECT_EQ(binomial_quantile(250, 1.0f, z), 250);
  }
}

}  // namespace
}  // namespace swimsim
