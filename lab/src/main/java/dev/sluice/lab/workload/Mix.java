package dev.sluice.lab.workload;

/// SplitMix64's finaliser (Steele, Lea and Flood, 2014): each input bit changes half of the output bits.
final class Mix {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Mix() {}

    static long of(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    static long of(long first, long second) {
        return of(of(first) + second * GOLDEN);
    }
}
