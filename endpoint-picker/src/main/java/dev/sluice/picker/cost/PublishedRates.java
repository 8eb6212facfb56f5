package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.RateConstants.HOST_STEP_MILLIS;

import dev.sluice.picker.pool.Hardware;
import java.util.Locale;
import java.util.stream.Stream;

/// The rates to start from, before anything was observed: fits of measurements that vendors published.
///
/// Source: NVIDIA aiconfigurator-core 0.12.0, silicon database, vLLM, bf16; prefill and decode lines fitted by
/// relative least squares, largest error 11 %. They are kernel times: what the engine's host side adds to each
/// step stands in `HOST_STEP_MILLIS`.
enum PublishedRates {
    H100_8B(3.53, .01807, .5787, 6.38, .0131, .04079),
    H200_8B(2.26, .01881, .5372, 4.91, .0130, .02899),
    A100_8B(8.57, .05362, 1.6147, 11.72, .0329, .07948),
    L40S_8B(12.64, .05675, 2.7884, 22.12, .0480, .18333),
    H100_70B_TP4(8.37, .05854, .7494, 15.24, .0325, .02663),
    H100_70B_TP8(7.09, .03836, .2326, 10.05, .0232, .01347),
    A100_70B_TP4(17.62, .15687, 1.2337, 27.61, .0975, .05987),
    H200_70B_TP4(6.92, .05711, 1.0173, 12.03, .0334, .01879);

    private final Rates rates;

    PublishedRates(double p0, double p1, double p2, double d0, double d1, double d2) {
        this.rates = new Rates(p0, p1, p2, d0 + HOST_STEP_MILLIS, d1, d2);
    }

    /// Whether figures of the hardware's accelerator were published.
    static boolean has(Hardware hardware) {
        String accelerator = hardware.accelerator().toUpperCase(Locale.ROOT);
        return Stream.of("H100", "H200", "A100", "L40S").anyMatch(accelerator::contains);
    }

    /// The nearest published figures; an H100 with an 8B model where nothing is known.
    static Rates nearest(Hardware hardware) {
        boolean large = hardware.model().toUpperCase(Locale.ROOT).contains("70B");
        String accelerator = hardware.accelerator().toUpperCase(Locale.ROOT);
        if (accelerator.contains("H200")) {
            return (large ? H200_70B_TP4 : H200_8B).rates;
        }
        if (accelerator.contains("A100")) {
            return (large ? A100_70B_TP4 : A100_8B).rates;
        }
        if (accelerator.contains("L40S") && !large) {
            return L40S_8B.rates;
        }
        if (large) {
            return (hardware.accelerators() >= 8 ? H100_70B_TP8 : H100_70B_TP4).rates;
        }
        return H100_8B.rates;
    }
}
