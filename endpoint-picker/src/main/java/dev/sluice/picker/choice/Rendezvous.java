package dev.sluice.picker.choice;

import java.util.List;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/// Rendezvous hashing (Thaler and Ravishankar, 1998): all replicas send the same key to the same choice,
/// and a change of the choices moves only the keys that it must.
public final class Rendezvous {
    /// A choice with a share of one in a thousand is found in so many trials but for one time in sixty.
    private static final int MOST_TRIALS = 1 << 12;

    private Rendezvous() {}

    /// The preference of a key for a choice: the greatest preference wins.
    ///
    /// @param identity what tells a choice from the others, evenly spread over all numbers
    public static long preference(long key, long identity) {
        return Hashing.mix(key ^ identity);
    }

    /// The choice of a key in proportion to weights: while only one weight grows, a key keeps its choice or
    /// goes to the growing one. Where all weights are 0, they count as equal.
    ///
    /// Each choice has an exponentially distributed score whose rate is its weight, and the lowest wins.
    ///
    /// @param identity what tells a choice from the others, whatever their order
    public static <T> T choose(List<T> choices, ToIntFunction<T> weight, ToLongFunction<T> identity, long key) {
        boolean equal = true;
        for (T choice : choices) {
            equal &= weight.applyAsInt(choice) == 0;
        }
        T winner = choices.getFirst();
        double lowest = Double.POSITIVE_INFINITY;
        for (T choice : choices) {
            int rate = equal ? 1 : weight.applyAsInt(choice);
            double score = score(key ^ Hashing.mix(identity.applyAsLong(choice))) / rate;
            if (score < lowest) {
                winner = choice;
                lowest = score;
            }
        }
        return winner;
    }

    /// Exponentially distributed; the same on every machine, or replicas would not agree.
    private static double score(long seed) {
        return -StrictMath.log(((Hashing.mix(seed) >>> 11) + 0.5) * 0x1.0p-53);
    }

    /// A new key whose choice is the wanted one: so sessions too begin in exact shares.
    ///
    /// @param seed uniformly distributed
    public static <T> long keyFor(
            T wanted, List<T> choices, ToIntFunction<T> weight, ToLongFunction<T> identity, long seed) {
        long id = seed;
        for (int choice = 0; choice < MOST_TRIALS; choice++) {
            id = Hashing.mix(seed + choice * Hashing.GOLDEN);
            if (choose(choices, weight, identity, id).equals(wanted)) {
                return id;
            }
        }
        return id;
    }
}
