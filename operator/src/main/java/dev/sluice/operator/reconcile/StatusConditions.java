package dev.sluice.operator.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;

/// The conditions of a status, wherever in it they stand: of the object itself, of its listeners, of its parents.
///
/// @param all each with the place where it stands
record StatusConditions(SequencedSet<Condition> all) {

    /// The conditions whose failure somebody must act on, for the reason that they give.
    private static final Set<String> DEMANDS = Set.of("Accepted", "ResolvedRefs", "Programmed");

    /// Reasons that pass by themselves.
    private static final Set<String> PASSING = Set.of("Pending", "AddressNotAssigned", "NoResources");

    record Condition(String place, String type, String status, String reason, String message) {

        private boolean isTrouble() {
            return status.equals("False") && DEMANDS.contains(type) && !PASSING.contains(reason);
        }

        private String sign() {
            return place + " " + type + " " + status;
        }
    }

    static StatusConditions of(JsonNode status) {
        SequencedSet<Condition> found = new LinkedHashSet<>();
        collect("", status, found);
        return new StatusConditions(found);
    }

    private static void collect(String place, JsonNode tree, SequencedSet<Condition> found) {
        tree.properties().forEach(field -> {
            if (field.getKey().equals("conditions")) {
                Trees.elements(field.getValue())
                        .forEach(condition -> found.add(new Condition(
                                place,
                                condition.path("type").asText(),
                                condition.path("status").asText(),
                                condition.path("reason").asText(),
                                condition.path("message").asText())));
            } else {
                collect(place + "/" + field.getKey(), field.getValue(), found);
            }
        });
        if (tree.isArray()) {
            Trees.elements(tree).forEach(element -> collect(place + "/" + name(element), element, found));
        }
    }

    /// The name that tells an element of a list from the others: its name, or what it refers to.
    private static String name(JsonNode element) {
        return element.has("name")
                ? element.get("name").asText()
                : element.path("parentRef").toString();
    }

    /// A condition comes, goes, or turns from true to false or back.
    boolean flip(StatusConditions before) {
        return !signs().equals(before.signs());
    }

    private Set<String> signs() {
        return all.stream().map(Condition::sign).collect(Collectors.toSet());
    }

    /// The conditions that somebody must act on now and did not have to, or for another reason.
    SequencedSet<Condition> troublesSince(StatusConditions before) {
        return all.stream()
                .filter(condition -> condition.isTrouble() && !before.all.contains(condition))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
