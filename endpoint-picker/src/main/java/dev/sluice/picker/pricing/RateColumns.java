package dev.sluice.picker.pricing;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.pool.PoolSnapshot;
import java.util.Arrays;

/// The [Rates] of each endpoint of a pool, slowed where its GPUs are held back: an array for each rate, by position.
final class RateColumns {
    private int size;
    private double[] p0 = new double[0];
    private double[] p1 = new double[0];
    private double[] p2 = new double[0];
    private double[] d0 = new double[0];
    private double[] d1 = new double[0];
    private double[] d2 = new double[0];
    private double[] slowdown = new double[0];
    private double[] stall = new double[0];

    void begin(int endpoints) {
        size = endpoints;
        if (p0.length < endpoints) {
            p0 = new double[endpoints];
            p1 = new double[endpoints];
            p2 = new double[endpoints];
            d0 = new double[endpoints];
            d1 = new double[endpoints];
            d2 = new double[endpoints];
            slowdown = new double[endpoints];
            stall = new double[endpoints];
        }
    }

    /// @param rates by kind of hardware
    /// @param slowness of each endpoint
    void read(PoolSnapshot pool, Rates[] rates, double[] slowness) {
        if (pool.hardware().size() == 1) {
            readAlike(rates[0], slowness);
            return;
        }
        for (int i = 0; i < size; i++) {
            Rates own = rates[pool.kind(i)];
            p0[i] = own.prefill().p0() * slowness[i];
            p1[i] = own.prefill().p1() * slowness[i];
            p2[i] = own.prefill().p2() * slowness[i];
            d0[i] = own.step().d0() * slowness[i];
            d1[i] = own.step().d1() * slowness[i];
            d2[i] = own.step().d2() * slowness[i];
            slowdown[i] = own.contention().slowdown();
            stall[i] = own.contention().stall();
        }
    }

    private void readAlike(Rates all, double[] slowness) {
        scale(slowness, all.prefill().p0(), p0);
        scale(slowness, all.prefill().p1(), p1);
        scale(slowness, all.prefill().p2(), p2);
        scale(slowness, all.step().d0(), d0);
        scale(slowness, all.step().d1(), d1);
        scale(slowness, all.step().d2(), d2);
        Arrays.fill(slowdown, 0, size, all.contention().slowdown());
        Arrays.fill(stall, 0, size, all.contention().stall());
    }

    private void scale(double[] factors, double value, double[] to) {
        for (int i = 0; i < size; i++) {
            to[i] = value * factors[i];
        }
    }

    double[] p0() {
        return p0;
    }

    double[] p1() {
        return p1;
    }

    double[] p2() {
        return p2;
    }

    double[] d0() {
        return d0;
    }

    double[] d1() {
        return d1;
    }

    double[] d2() {
        return d2;
    }

    double[] slowdown() {
        return slowdown;
    }

    double[] stall() {
        return stall;
    }
}
