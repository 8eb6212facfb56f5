package dev.sluice.operator.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/// A list in a status that several controllers share: each has its own entries.
final class Entries {

    private Entries() {}

    /// Others' entries stay as they are and where they are; ours are renewed in their places, dropped when nothing
    /// wants them any more, and added at the end while there is room.
    ///
    /// @param isOurs whether an entry is this controller's
    /// @param isAbout whether an entry is about a subject
    /// @param renewed the entry of a subject, given the one it has
    static <E, S> List<E> merge(
            List<E> old,
            List<S> subjects,
            Predicate<E> isOurs,
            BiPredicate<E, S> isAbout,
            BiFunction<Optional<E>, S, E> renewed,
            int atMost) {
        List<S> missing = new ArrayList<>(subjects);
        List<E> merged = new ArrayList<>();
        for (E entry : old) {
            if (!isOurs.test(entry)) {
                merged.add(entry);
                continue;
            }
            missing.stream()
                    .filter(subject -> isAbout.test(entry, subject))
                    .findFirst()
                    .ifPresent(subject -> {
                        merged.add(renewed.apply(Optional.of(entry), subject));
                        missing.remove(subject);
                    });
        }
        missing.stream()
                .limit(Math.max(0, atMost - merged.size()))
                .map(subject -> renewed.apply(Optional.empty(), subject))
                .forEach(merged::add);
        return merged;
    }
}
