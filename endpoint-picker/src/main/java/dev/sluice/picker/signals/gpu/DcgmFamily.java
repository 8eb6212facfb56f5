package dev.sluice.picker.signals.gpu;

import dev.sluice.picker.signals.validation.Quantity;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Families of a DCGM exporter that matter to inference, under the exporter's names for `DCGM_FI_*` fields;
/// renamed fields stand under both names.
enum DcgmFamily {
    /// Percentage of the time in which a kernel ran; absent on MIG.
    GPU_UTIL("DCGM_FI_DEV_GPU_UTIL", Quantity.PERCENT),
    /// The same as a share; MIG has only this family.
    GR_ENGINE_ACTIVE("DCGM_FI_PROF_GR_ENGINE_ACTIVE", Quantity.SHARE),
    FB_USED("DCGM_FI_DEV_FB_USED", Quantity.MEBIBYTES),
    FB_FREE("DCGM_FI_DEV_FB_FREE", Quantity.MEBIBYTES),
    SM_CLOCK("DCGM_FI_DEV_SM_CLOCK", Quantity.MEGAHERTZ),
    MAX_SM_CLOCK("DCGM_FI_DEV_MAX_SM_CLOCK", Quantity.MEGAHERTZ),
    CLOCKS_EVENT_REASONS("DCGM_FI_DEV_CLOCKS_EVENT_REASONS", Quantity.BITS),
    CLOCK_THROTTLE_REASONS("DCGM_FI_DEV_CLOCK_THROTTLE_REASONS", Quantity.BITS),
    POWER_VIOLATION("DCGM_FI_DEV_POWER_VIOLATION", Quantity.TOTAL),
    THERMAL_VIOLATION("DCGM_FI_DEV_THERMAL_VIOLATION", Quantity.TOTAL),
    XID_ERRORS("DCGM_FI_DEV_XID_ERRORS", Quantity.CODE);

    /// DCGM's values for a missing number: the last numbers of 32 bits, and everything from 2⁴⁷ on.
    private static final double BLANK_32_BITS = 2_147_483_632.0;

    private static final double LAST_32_BITS = 2_147_483_647.0;
    private static final double BLANK_64_BITS = 140_737_488_355_328.0;

    private static final Map<String, DcgmFamily> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(family -> family.text, Function.identity()));

    private final String text;
    private final Quantity quantity;

    DcgmFamily(String text, Quantity quantity) {
        this.text = text;
        this.quantity = quantity;
    }

    /// The kind of its values.
    Quantity quantity() {
        return quantity;
    }

    static List<String> names() {
        return Arrays.stream(values()).map(family -> family.text).toList();
    }

    static @Nullable DcgmFamily named(String name) {
        return BY_NAME.get(name);
    }

    static boolean isBlank(double value) {
        return Double.isNaN(value) || value >= BLANK_64_BITS || (value >= BLANK_32_BITS && value <= LAST_32_BITS);
    }
}
