package dev.sluice.bench.soak;

import java.util.List;

/// The resources of the soaked pool: a short queue, so that requests wait, are refused and are preempted.
final class SoakResources {
    static final List<String> DOCUMENTS = List.of("""
            apiVersion: inference.sluice.dev/v1alpha1
            kind: InferencePoolPolicy
            metadata: {name: default}
            spec:
              targetRefs: [{name: default}]
              requestUsage: true
              admission:
                timeout: 8s
                limits: {maxRequests: 600, maxMebibytes: 64}
                priorityLimits: {maxRequests: 500, maxMebibytes: 48}
                sheddableLimits: {maxRequests: 150, maxMebibytes: 24}
            """, """
            apiVersion: inference.sluice.dev/v1alpha1
            kind: InferencePriorityClass
            metadata: {name: urgent}
            spec: {value: 100, preemptionPolicy: PreemptLowerPriority}
            """, objective("urgent", 100), objective("batch", -10));

    private SoakResources() {}

    private static String objective(String name, int priority) {
        return """
                apiVersion: llm-d.ai/v1alpha2
                kind: InferenceObjective
                metadata: {name: %s}
                spec: {priority: %d, poolRef: {name: default}}
                """.formatted(name, priority);
    }
}
