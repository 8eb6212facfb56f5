package dev.sluice.picker.pricing;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.decision.PricePart;

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

    /// @param forecast of the endpoint, whose work was read
    /// @param cached tokens of the prompt that the endpoint holds
    /// @param parts of the endpoint's price
    public static void write(
            PlacementForecast forecast, RequestCost request, Rates rates, double cached, float[] parts) {
        EndpointLoad load = forecast.load();
        double batch = load.requests();
        double later = load.laterRequests();
        double output = request.output();
        double stepOfOne = rates.marginalStepMillis(0);
        double step = rates.stepMillis(batch, load.context());
        double prefill = PrefillPart.millis(request, rates, cached, batch);
        double needed = PrefillPart.neededMillis(request, rates, cached, batch);
        double meanWork = load.meanMillis(prefill + step);
        double waiting = load.waiting(meanWork);
        double residence = load.residenceMillis(meanWork + output * step);
        double prefillsAhead = load.prefillsMillis(meanWork);
        double memory = MemoryPart.millis(load, request, cached, residence);
        double laterStep = rates.stepMillis(later + 1, load.laterContext() + request.prompt());
        double sharing = DecodePart.sharing(later * stepOfOne / laterStep);

        parts[QUEUE] = (float) QueuePart.millis(prefillsAhead, load.slotWaitMillis(residence), load.isBusy(), step);
        parts[PREFILL] = (float) prefill;
        parts[ADAPTER] = (float)
                AdapterPart.millis(request, load.adapters(), step, rates.step().d0());
        parts[MEMORY] = (float) memory;
        parts[DECODE] = (float) DecodePart.millis(sharing, output, laterStep);
        parts[CROWDING] = (float) (CrowdingPart.ofRunning(request, rates, later, needed, prefill + step)
                + CrowdingPart.ofSharing(sharing, later, output, stepOfOne)
                + CrowdingPart.ofWaiting(waiting, rates.stallMillis(needed)));
        parts[SCARCITY] = (float) ScarcityPart.millis(later, waiting, rates.stallMillis(prefill - needed));
        parts[SPREAD] = 0;
        parts[OBJECTIVE] = 0;
        boolean queued = load.departuresAhead() > 0 || memory > 0 || (prefillsAhead > step && load.hasQueue(meanWork));
        Start start =
                queued || load.hasReportedQueue() ? Start.QUEUED : prefillsAhead > step ? Start.NEXT : Start.AT_ONCE;
        forecast.predict(start, output * laterStep);
    }

    /// The predicted time until the request's prefill is done: all that comes before its first token.
    public static double firstTokenMillis(float[] parts) {
        return (double) parts[QUEUE] + parts[PREFILL] + parts[ADAPTER] + parts[MEMORY];
    }
}
