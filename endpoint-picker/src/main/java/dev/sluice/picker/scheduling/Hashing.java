package dev.sluice.picker.scheduling;

/// Hash functions for reproducible choices: a seed and a number give the same evenly spread value each time.
public final class Hashing {
    private Hashing() {}

    /// Evenly spread in [0, 1).
    static float draw(long seed, long number) {
        return (mix(seed ^ number * 0x9E3779B97F4A7C15L) >>> 40) * 0x1.0p-24f;
    }

    /// SplitMix64's finaliser (Steele, Lea and Flood, 2014): each input bit changes half of the output bits.
    public static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
