package dev.sluice.standalone.load;

import java.util.random.RandomGenerator;

/// Zipf's law over `0..n-1`: the k-th most popular is drawn with a probability proportional to 1/k.
final class Zipf {
    private final double[] cumulative;

    Zipf(int n) {
        cumulative = new double[n];
        double sum = 0;
        for (int k = 0; k < n; k++) {
            sum += 1.0 / (k + 1);
            cumulative[k] = sum;
        }
    }

    int draw(RandomGenerator random) {
        double point = random.nextDouble() * cumulative[cumulative.length - 1];
        int k = 0;
        while (cumulative[k] <= point) {
            k++;
        }
        return k;
    }
}
