package dev.sluice.picker.journal;

import dev.sluice.picker.model.Candidate;
import dev.sluice.picker.model.Decision;
import dev.sluice.picker.model.EndpointId;
import dev.sluice.picker.model.PolicyKind;
import dev.sluice.picker.model.PoolId;
import java.util.ArrayList;
import java.util.List;

/// A decision packed for keeping: a quarter of the objects, half of the bytes.
final class Entry {
    /// Object headers, references and the fixed fields of an entry and its arrays, as the JVM lays them out.
    private static final int FIXED_BYTES = 200;

    private final String requestId;
    private final long epochMillis;
    private final PoolId pool;
    private final String model;
    private final PolicyKind policy;
    private final EndpointId[] endpoints;
    /// For each endpoint its total and then its parts; at the end the minimum and the median of the others.
    private final float[] numbers;
    private final int others;
    private final long promptTokens;
    private final long cachedTokens;

    private Entry(Decision decision, EndpointId[] endpoints, float[] numbers) {
        this.requestId = decision.requestId();
        this.epochMillis = decision.epochMillis();
        this.pool = decision.pool();
        this.model = decision.model();
        this.policy = decision.policy();
        this.endpoints = endpoints;
        this.numbers = numbers;
        this.others = decision.others();
        this.promptTokens = decision.promptTokens();
        this.cachedTokens = decision.cachedTokens();
    }

    static Entry of(Decision decision) {
        int parts = decision.policy().parts().size();
        int count = decision.candidates().size();
        EndpointId[] endpoints = new EndpointId[count];
        float[] numbers = new float[count * (parts + 1) + 2];
        int at = 0;
        for (int i = 0; i < count; i++) {
            Candidate candidate = decision.candidates().get(i);
            endpoints[i] = candidate.endpoint();
            numbers[at++] = candidate.total();
            for (int part = 0; part < parts; part++) {
                numbers[at++] = candidate.part(part);
            }
        }
        numbers[at++] = decision.othersMinimum();
        numbers[at] = decision.othersMedian();
        return new Entry(decision, endpoints, numbers);
    }

    Decision decision() {
        int parts = policy.parts().size();
        List<Candidate> candidates = new ArrayList<>(endpoints.length);
        int at = 0;
        for (EndpointId endpoint : endpoints) {
            float total = numbers[at++];
            float[] own = new float[parts];
            System.arraycopy(numbers, at, own, 0, parts);
            at += parts;
            candidates.add(new Candidate(endpoint, total, own));
        }
        return new Decision(
                requestId,
                epochMillis,
                pool,
                model,
                policy,
                candidates,
                others,
                numbers[at],
                numbers[at + 1],
                promptTokens,
                cachedTokens);
    }

    String requestId() {
        return requestId;
    }

    /// Endpoint and pool names are shared with the pool and cost nothing here.
    int bytes() {
        return FIXED_BYTES
                + requestId.length()
                + model.length()
                + endpoints.length * Integer.BYTES
                + numbers.length * Float.BYTES;
    }
}
