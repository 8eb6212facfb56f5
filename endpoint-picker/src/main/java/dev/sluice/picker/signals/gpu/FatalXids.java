package dev.sluice.picker.signals.gpu;

import java.util.Collection;
import java.util.Comparator;
import java.util.Set;

/// Driver errors after which a GPU computes nothing, or nothing right, until it is reset.
///
/// Source: NVIDIA, "Xid Errors", catalog for Ampere and later: errors whose immediate action is a reset of the
/// GPU or of its machine.
///
/// | XID | what |
/// |---|---|
/// | 48 | an uncorrectable double-bit error of the memory |
/// | 62 | the power management unit has halted |
/// | 64 | a row of the memory could not be remapped |
/// | 74 | an NVLink has failed |
/// | 79 | the GPU has fallen off the bus |
/// | 95 | an uncorrectable memory error that could not be contained to one application |
/// | 119, 120 | the GPU's system processor does not answer, or has failed |
/// | 140 | an uncorrectable memory error that was not recovered |
/// | 143 | the GPU could not be initialised |
///
/// Faults of the application (13, 31, 43, 45) are not fatal. Neither are errors that the GPU has dealt with: a
/// remapped row (63), many corrected bits (92), and a contained error (94), which ends a single process.
final class FatalXids {
    private static final Set<Integer> CODES = Set.of(48, 62, 64, 74, 79, 95, 119, 120, 140, 143);

    private FatalXids() {}

    static boolean contains(int xid) {
        return CODES.contains(xid);
    }

    /// The worst error: fatal errors before others, then the highest code; 0 for none.
    static int worst(Collection<Integer> xids) {
        return xids.stream()
                .max(Comparator.comparing(FatalXids::contains).thenComparing(Comparator.naturalOrder()))
                .orElse(0);
    }
}
