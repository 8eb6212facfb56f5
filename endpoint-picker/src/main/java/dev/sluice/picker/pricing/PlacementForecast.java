package dev.sluice.picker.pricing;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.pool.Endpoint;

/// What a placement of one request on one endpoint is predicted to take: the times and counts that several
/// parts of the price are made of.
///
/// One object is filled anew for each endpoint of a decision, so that a decision allocates nothing for it.
public final class PlacementForecast {
    private static final RequestCost NO_REQUEST =
            new RequestCost(null, 0, 0, 0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    private static final Rates NO_RATES = new Rates(0, 0, 0, 0, 0, 0);

    private final EndpointLoad load = new EndpointLoad();
    private RequestCost request = NO_REQUEST;
    private Rates rates = NO_RATES;
    private double cached;
    private double step;
    private double prefill;
    private double needed;
    private double meanWork;
    private double waiting;
    private double residence;
    private double prefillsAhead;
    private double memoryWait;
    private double laterStep;
    private double sharing;

    /// Reads the work of an endpoint.
    ///
    /// @param replicas pickers that place requests there
    /// @param usual of endpoints on the same hardware
    public PlacementForecast read(Endpoint endpoint, int replicas, UsualBatch usual, long now) {
        load.read(endpoint, replicas, usual, now);
        return this;
    }

    /// Predicts the placement of a request there.
    ///
    /// @param rates of the endpoint now
    /// @param cached tokens of the prompt that it holds
    public PlacementForecast predict(RequestCost request, Rates rates, double cached) {
        this.request = request;
        this.rates = rates;
        this.cached = cached;
        double batch = load.requests();
        step = rates.stepMillis(batch, load.context());
        prefill = rates.prefillMillis(request.prompt(), cached, batch);
        needed = rates.prefillMillis(request.prompt(), Math.max(cached, request.held()), batch);
        meanWork = load.meanMillis(prefill + step);
        waiting = load.waiting(meanWork);
        residence = load.residenceMillis(meanWork + request.output() * step);
        prefillsAhead = load.prefillsMillis(meanWork);
        memoryWait = MemoryPart.millis(this);
        laterStep = rates.stepMillis(load.laterRequests() + 1, load.laterContext() + request.prompt());
        sharing = DecodePart.sharing(load.laterRequests() * rates.marginalStepMillis(0) / laterStep);
        return this;
    }

    /// When the endpoint would start the request.
    public Start start() {
        boolean queued =
                load.departuresAhead() > 0 || memoryWait > 0 || (prefillsAhead > step && load.hasQueue(meanWork));
        if (queued || load.hasReportedQueue()) {
            return Start.QUEUED;
        }
        return prefillsAhead > step ? Start.NEXT : Start.AT_ONCE;
    }

    /// From the first to the last token of the answer [ms].
    public double answerMillis() {
        return request.output() * laterStep;
    }

    EndpointLoad load() {
        return load;
    }

    RequestCost request() {
        return request;
    }

    Rates rates() {
        return rates;
    }

    /// Tokens of the prompt that the endpoint holds.
    double cached() {
        return cached;
    }

    /// A step of the present batch [ms].
    double step() {
        return step;
    }

    /// The request's own prefill [ms].
    double prefill() {
        return prefill;
    }

    /// The prefill with all cached that the endpoint holds which holds most: work that some endpoint must do
    /// [ms].
    double needed() {
        return needed;
    }

    /// Requests that wait there, beyond the one being prefilled.
    double waiting() {
        return waiting;
    }

    /// The mean time of a request in a batch slot [ms].
    double residence() {
        return residence;
    }

    /// Prefill work that comes before the request's own [ms].
    double prefillsAhead() {
        return prefillsAhead;
    }

    /// The wait for KV cache that is not free [ms].
    double memoryWait() {
        return memoryWait;
    }

    /// A step of the batch that the request will decode in [ms].
    double laterStep() {
        return laterStep;
    }

    /// How much the engine's requests share its time instead of being computed together, 0 to 1.
    double sharing() {
        return sharing;
    }
}
