package dev.sluice.bench.placement.load;

import java.util.List;

/// The requests of a turn, in the order of their moments: the same ones for every contender.
public record Plan(String title, List<PlannedRequest> requests) {
    public Plan {
        requests = List.copyOf(requests);
        if (requests.isEmpty()) {
            throw new IllegalArgumentException(
                    title + ": no request is left to send; ask for more, skip fewer or allow longer prompts");
        }
    }

    double seconds() {
        return requests.getLast().atNanos() / 1e9;
    }

    public Plan first(int count) {
        return new Plan(title, requests.subList(0, Math.min(count, requests.size())));
    }

    /// The plan, in a sentence's words.
    public String description() {
        return "%s: %d requests in %.0f s, prompts of %.0f tokens and answers of %.0f in the mean"
                .formatted(
                        title,
                        requests.size(),
                        seconds(),
                        requests.stream()
                                .mapToInt(PlannedRequest::promptTokens)
                                .average()
                                .orElse(0),
                        requests.stream()
                                .mapToInt(PlannedRequest::outputTokens)
                                .average()
                                .orElse(0));
    }
}
