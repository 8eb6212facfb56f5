package dev.sluice.picker.signals.validation;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The bound on the length of names from outside: models, adapters, pods and GPUs. They are kept in memory, and
/// some become labels of meters.
public final class LabelTexts {
    static final int LONGEST = 512;

    private LabelTexts() {}

    /// The labels, less the ones whose name or value is too long.
    ///
    /// @param lists names of labels whose values are lists, which may be long
    public static Map<String, String> bounded(
            Map<String, String> labels, Set<String> lists, Rejection.RejectionListener told) {
        boolean allFit = labels.entrySet().stream().allMatch(each -> fits(each.getKey(), each.getValue(), lists));
        if (allFit) {
            return labels;
        }
        Map<String, String> bounded = new HashMap<>();
        labels.forEach((name, value) -> {
            if (fits(name, value, lists)) {
                bounded.put(name, value);
            } else {
                told.rejected(Rejection.TEXT_TOO_LONG);
            }
        });
        return bounded;
    }

    private static boolean fits(String name, String value, Set<String> lists) {
        return isShort(name) && (isShort(value) || lists.contains(name));
    }

    public static boolean isShort(String text) {
        return text.length() <= LONGEST;
    }
}
