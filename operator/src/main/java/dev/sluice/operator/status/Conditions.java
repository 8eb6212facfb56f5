package dev.sluice.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Turns findings into conditions: each keeps the time of its last transition while its status stays.
///
/// @param now as RFC 3339 says it
record Conditions(String now) {

    static final String ACCEPTED = "Accepted";
    static final String PROGRAMMED = "Programmed";
    static final String RESOLVED_REFS = "ResolvedRefs";

    /// The most that a condition's message may hold.
    private static final int LONGEST_MESSAGE = 32_768;

    /// The conditions of something that is all ours: these and no others.
    List<Condition> replace(@Nullable List<Condition> old, List<Finding> findings, HasMetadata resource) {
        return findings.stream()
                .map(finding -> condition(find(old, finding.type()), finding, resource))
                .toList();
    }

    /// The conditions of something that others may write to as well: theirs stay, in their places.
    List<Condition> merge(@Nullable List<Condition> old, List<Finding> findings, HasMetadata resource) {
        Map<String, Finding> ours = findings.stream().collect(Collectors.toMap(Finding::type, Function.identity()));
        List<Condition> merged = new ArrayList<>();
        for (Condition condition : old == null ? List.<Condition>of() : old) {
            Finding finding = ours.remove(condition.getType());
            merged.add(finding == null ? condition : condition(Optional.of(condition), finding, resource));
        }
        findings.stream()
                .filter(finding -> ours.containsKey(finding.type()))
                .map(finding -> condition(Optional.empty(), finding, resource))
                .forEach(merged::add);
        return merged;
    }

    private Condition condition(Optional<Condition> old, Finding finding, HasMetadata resource) {
        String status = finding.truth().status();
        return new ConditionBuilder()
                .withType(finding.type())
                .withStatus(status)
                .withReason(finding.reason())
                .withMessage(shortened(finding.message()))
                .withObservedGeneration(resource.getMetadata().getGeneration())
                .withLastTransitionTime(old.filter(condition -> status.equals(condition.getStatus()))
                        .map(Condition::getLastTransitionTime)
                        .orElse(now))
                .build();
    }

    private static Optional<Condition> find(@Nullable List<Condition> conditions, String type) {
        return conditions == null
                ? Optional.empty()
                : conditions.stream()
                        .filter(condition -> type.equals(condition.getType()))
                        .findFirst();
    }

    private static String shortened(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE);
    }
}
