package dev.sluice.picker.pricing;

import dev.sluice.picker.model.PricePart;

/// Writes the parts of one price that follow from the placement alone. [SpreadPart] needs the whole pool and
/// [ObjectivePart] is rarely needed, so both stay 0 here.
public final class OwnParts {
    private static final int QUEUE = PricePart.QUEUE.index();
    private static final int PREFILL = PricePart.PREFILL.index();
    private static final int ADAPTER = PricePart.ADAPTER.index();
    private static final int MEMORY = PricePart.MEMORY.index();
    private static final int DECODE = PricePart.DECODE.index();
    private static final int CROWDING = PricePart.CROWDING.index();
    private static final int SCARCITY = PricePart.SCARCITY.index();
    private static final int SPREAD = PricePart.SPREAD.index();
    private static final int OBJECTIVE = PricePart.OBJECTIVE.index();

    private OwnParts() {}

    /// @param row where among `parts` those of the endpoint begin
    public static void write(PlacementForecast forecast, float[] parts, int row) {
        parts[row + QUEUE] = (float) QueuePart.millis(forecast);
        parts[row + PREFILL] = (float) PrefillPart.millis(forecast);
        parts[row + ADAPTER] = (float) AdapterPart.millis(forecast);
        parts[row + MEMORY] = (float) forecast.memoryWait();
        parts[row + DECODE] = (float) DecodePart.millis(forecast);
        parts[row + CROWDING] = (float) CrowdingPart.millis(forecast);
        parts[row + SCARCITY] = (float) ScarcityPart.millis(forecast);
        parts[row + SPREAD] = 0;
        parts[row + OBJECTIVE] = 0;
    }

    /// The predicted time until the request's prefill is done: all that comes before its first token.
    public static double firstTokenMillis(float[] parts, int row) {
        return (double) parts[row + QUEUE] + parts[row + PREFILL] + parts[row + ADAPTER] + parts[row + MEMORY];
    }
}
