package dev.sluice.picker.pricing;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.pool.Endpoint;

/// The forecast of one request on one endpoint says, besides its price, when the request
/// would start, and how long its answer would take.
///
/// One object is filled anew for each endpoint of a decision, so that a decision allocates nothing for it.
public final class PlacementForecast {
    private final EndpointLoad load = new EndpointLoad();
    private Start start = Start.AT_ONCE;
    private double answerMillis;

    /// Reads the work of an endpoint.
    ///
    /// @param replicas pickers that place requests there
    /// @param usual of endpoints on the same hardware
    public PlacementForecast read(Endpoint endpoint, int replicas, UsualBatch usual, long now) {
        load.read(endpoint, replicas, usual, now);
        return this;
    }

    /// The start of the request at the endpoint.
    public Start start() {
        return start;
    }

    /// From the first to the last token of the answer [ms].
    public double answerMillis() {
        return answerMillis;
    }

    /// Until the first token of the request [ms].
    ///
    /// @param prefilled until its prefill is done [ms]
    public double firstTokenMillis(Rates rates, double prefilled) {
        return prefilled + rates.stepMillis(load.requests(), load.context()) / 2;
    }

    /// From one token of the answer to the next [ms].
    ///
    /// @param newTokensPerSecond of prompts that come to the endpoint
    public double betweenTokensMillis(RequestCost request, Rates rates, double newTokensPerSecond) {
        double context = load.laterContext() + request.prompt();
        return rates.betweenTokensMillis(load.laterRequests() + 1, context, newTokensPerSecond);
    }

    EndpointLoad load() {
        return load;
    }

    void predict(Start predicted, double answer) {
        start = predicted;
        answerMillis = answer;
    }
}
