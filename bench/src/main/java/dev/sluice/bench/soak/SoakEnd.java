package dev.sluice.bench.soak;

import dev.sluice.bench.soak.load.RequestKind;
import java.util.List;
import java.util.Map;

/// The end of a soak: all that is left when the load has ended and the picker had time to tidy up.
///
/// @param endings of all requests as clients saw them, by kind
/// @param meters the picker's
/// @param pools in-flight requests and tokens of each endpoint, as `/pools` has them
/// @param instances living objects of the picker's own types
/// @param log the picker's output
record SoakEnd(
        Map<RequestKind, Map<String, Long>> endings,
        MeterPage meters,
        List<Long> pools,
        Map<String, Long> instances,
        String log) {}
