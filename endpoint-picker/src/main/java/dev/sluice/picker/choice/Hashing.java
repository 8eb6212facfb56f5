package dev.sluice.picker.choice;

/// Hash functions of one result on every machine and in every version: replicas and their clients rely on
/// it, so test vectors hold them. None resists an attacker.
///
/// Other packages have hashes of their own only where bytes on a wire or the speed of one loop ask for it:
/// the hash chain of prompts, the hash chain of token ids, vLLM's block hashes, signatures.
public final class Hashing {
    /// 2⁶⁴/φ, odd: multiples of it are spread evenly over all numbers (Knuth's multiplicative hashing).
    public static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private static final int GOLDEN_INT = 0x9E3779B9;
    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private Hashing() {}

    /// SplitMix64's finaliser (Steele, Lea and Flood, 2014): each input bit changes half of the output bits.
    public static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /// A text's hash: FNV-1a over its UTF-16 units.
    public static long text(String text) {
        return text(FNV_OFFSET, text);
    }

    /// The same from another start.
    public static long text(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    /// A slot of a table of 2^`bits` for a hash code, whose high bits decide.
    public static int slot(int hashCode, int bits) {
        return (hashCode * GOLDEN_INT) >>> (Integer.SIZE - bits);
    }

    /// A number evenly spread in [0, 1) for a seed and the number of a candidate.
    public static float unit(long seed, long number) {
        return (mix(seed ^ number * GOLDEN) >>> 40) * 0x1.0p-24f;
    }
}
