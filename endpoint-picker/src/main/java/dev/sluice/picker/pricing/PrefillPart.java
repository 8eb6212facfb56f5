package dev.sluice.picker.pricing;

import dev.sluice.picker.cost.Rates;

/// The time that computing the request's own prompt takes.
///
/// ```
/// prefill = p0 + (p1·(n−h) + p2·(n²−h²)/10⁶)·(1 + slowdown·b)         [ms]
/// ```
///
/// n prompt tokens, h of them cached at the endpoint, b requests running there; [Rates]
/// has the rates. Example: 6,400 new tokens on an idle H100 with an 8B model take 143 ms; with 6,000 of them
/// cached, 14 ms.
final class PrefillPart {
    private PrefillPart() {}

    static double millis(RequestCost request, Rates rates, double cached, double batch) {
        return rates.prefillMillis(request.prompt(), cached, batch);
    }

    /// The prefill with all cached that the endpoint holds which holds most: work that some endpoint must do
    /// [ms].
    static double neededMillis(RequestCost request, Rates rates, double cached, double batch) {
        return rates.prefillMillis(request.prompt(), Math.max(cached, request.held()), batch);
    }
}
