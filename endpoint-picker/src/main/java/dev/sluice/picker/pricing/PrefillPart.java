package dev.sluice.picker.pricing;

/// The time that computing the request's own prompt takes.
///
/// ```
/// prefill = p0 + (p1·(n−h) + p2·(n²−h²)/10⁶)·(1 + slowdown·b)         [ms]
/// ```
///
/// n prompt tokens, h of them cached at the endpoint, b requests running there; [dev.sluice.picker.cost.Rates]
/// has the rates. Example: 6,400 new tokens on an idle H100 with an 8B model take 143 ms; with 6,000 of them
/// cached, 14 ms.
final class PrefillPart {
    private PrefillPart() {}

    static double millis(PlacementForecast forecast) {
        return forecast.prefill();
    }
}
