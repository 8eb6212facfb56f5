package dev.sluice.operator.status;

import dev.sluice.api.v1.FailureMode;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferenceModelStatus;
import dev.sluice.api.v1alpha1.InferencePriorityClass;
import dev.sluice.api.v1alpha1.ModelTarget;
import dev.sluice.api.v1alpha1.PoolRef;
import dev.sluice.api.v1alpha1.ResponseProcessing;
import dev.sluice.api.v1alpha1.TargetStatus;
import dev.sluice.operator.resolve.backend.Bindings;
import dev.sluice.operator.resolve.backend.Policies;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Resources;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The status of InferenceModels.
record ModelReport(
        Conditions conditions,
        Installation installation,
        Resources resources,
        Observed observed,
        Attachments attachments,
        PoolUses uses) {

    static final String READY = "Ready";

    /// Requests find the pools that serve the model, whichever pool their route names.
    static final String MODEL_ROUTING = "ModelRouting";

    /// Answers carry the model name that the client sent.
    static final String RESPONSES_RENAMED = "ResponsesRenamed";

    /// Its pools do what their failureMode says while no picker answers.
    static final String FAILURE_MODE = "FailureModeHonored";

    /// The attachments of pools: the policies and the models that refer to them.
    record Attachments(Policies policies, Bindings bindings) {}

    InferenceModelStatus of(InferenceModel model) {
        ModelEndpoints endpoints = ModelEndpoints.of(model, attachments.bindings(), observed);
        Finding accepted = accepted(model);
        return new InferenceModelStatus(
                conditions.merge(
                        model.getStatus() == null ? null : model.getStatus().conditions(),
                        List.of(
                                accepted,
                                resolvedRefs(model),
                                ready(model, accepted, endpoints),
                                modelRouting(model, accepted),
                                responsesRenamed(model),
                                failureMode(model)),
                        model),
                endpoints.ready(),
                endpoints.targets());
    }

    private Finding accepted(InferenceModel model) {
        String name = model.getSpec().modelName();
        for (String pool : pools(model)) {
            Optional<InferenceModel> rival = attachments.bindings().rival(model, pool);
            if (rival.isPresent()) {
                return Finding.fails(
                        Conditions.ACCEPTED,
                        "ModelNameInUse",
                        "spec.modelName: in pool %s the older InferenceModel %s has the name %s; choose another name"
                                .formatted(pool, rival.get().getMetadata().getName(), name));
            }
        }
        return Finding.holds(Conditions.ACCEPTED, "Accepted", "the name %s is this InferenceModel's".formatted(name));
    }

    private Finding resolvedRefs(InferenceModel model) {
        Optional<String> missing = IntStream.range(0, model.getSpec().poolRefs().size())
                .filter(i ->
                        pool(model, model.getSpec().poolRefs().get(i).name()).isEmpty())
                .mapToObj(i -> "spec.poolRefs[%d].name: InferencePool %s does not exist"
                        .formatted(i, model.getSpec().poolRefs().get(i).name()))
                .findFirst();
        if (missing.isPresent()) {
            return Finding.fails(Conditions.RESOLVED_REFS, "PoolNotFound", missing.get());
        }
        String priority = model.getSpec().priorityClassName();
        if (priority != null
                && resources.all(InferencePriorityClass.class).stream()
                        .noneMatch(each -> priority.equals(each.getMetadata().getName()))) {
            return Finding.fails(
                    Conditions.RESOLVED_REFS,
                    "PriorityClassNotFound",
                    "spec.priorityClassName: InferencePriorityClass %s does not exist; requests have priority 0"
                            .formatted(priority));
        }
        return Finding.holds(Conditions.RESOLVED_REFS, "ResolvedRefs", "all that it refers to exists");
    }

    private static Finding ready(InferenceModel model, Finding accepted, ModelEndpoints endpoints) {
        Integer ready = endpoints.ready();
        if (ready == null) {
            return accepted.holds()
                    ? Finding.unknown(
                            READY,
                            "NoPicker",
                            "no endpoint picker of its pools answers; see the pickers' pods and logs")
                    : Finding.fails(READY, "NotAccepted", accepted.message());
        }
        if (ready == 0 && !endpoints.served().isEmpty()) {
            return Finding.fails(
                    READY,
                    "NoEndpointServes",
                    "no server of its pools lists %s; they list %s"
                            .formatted(
                                    endpoints.targets().stream()
                                            .map(ModelReport::run)
                                            .collect(Collectors.joining(", ")),
                                    String.join(", ", endpoints.served())));
        }
        if (ready == 0) {
            return Finding.fails(
                    READY,
                    "NoEndpoints",
                    "no ready endpoint serves " + model.getSpec().modelName());
        }
        String unserved = endpoints.targets().stream()
                .filter(target -> Objects.equals(target.readyEndpoints(), 0))
                .map(TargetStatus::name)
                .collect(Collectors.joining(", "));
        return unserved.isEmpty()
                ? Finding.holds(READY, "EndpointsReady", "every target has ready endpoints")
                : Finding.holds(READY, "TargetsUnserved", "no ready endpoint serves " + unserved);
    }

    /// The name under which servers run a target.
    private static String run(TargetStatus target) {
        return Objects.requireNonNullElse(target.adapter(), target.name());
    }

    private Finding modelRouting(InferenceModel model, Finding accepted) {
        if (!accepted.holds()) {
            return Finding.fails(MODEL_ROUTING, "NotAccepted", accepted.message());
        }
        String nativePools = poolsWhere(model, attachments.policies()::isNative);
        if (!nativePools.isEmpty()) {
            return Finding.fails(
                    MODEL_ROUTING,
                    "NativeGateway",
                    "another gateway brings requests to " + nativePools + ": they stay in the pool of their route");
        }
        String foreign = poolsWhere(model, pool -> !installation.picksFor(pool));
        if (!foreign.isEmpty()) {
            return Finding.fails(
                    MODEL_ROUTING,
                    "ForeignPicker",
                    "another endpoint picker chooses in " + foreign + ", and it does not know of models");
        }
        String unreached = poolsWhere(
                model,
                pool -> !uses.isReached(
                        pool.getMetadata().getNamespace(), pool.getMetadata().getName()));
        return unreached.isEmpty()
                ? Finding.holds(MODEL_ROUTING, "Routed", "requests for it find its pools")
                : Finding.fails(
                        MODEL_ROUTING,
                        "NoRoute",
                        "no HTTPRoute of a Gateway of Sluice leads to " + unreached + "; name it in backendRefs");
    }

    /// Nobody puts the client's name back where only the headers of answers pass the picker.
    private Finding responsesRenamed(InferenceModel model) {
        String requested = model.getSpec().modelName();
        String renamedTo = model.getSpec().targets().stream()
                .map(ModelTarget::modelName)
                .filter(name -> name != null && !requested.equals(name))
                .distinct()
                .collect(Collectors.joining(", "));
        String unread = pools(model).stream()
                .filter(pool -> attachments
                                .policies()
                                .of(model.getMetadata().getNamespace(), pool)
                                .responseProcessing()
                        == ResponseProcessing.HEADERS)
                .collect(Collectors.joining(", "));
        if (renamedTo.isEmpty()) {
            return Finding.holds(RESPONSES_RENAMED, "SameName", "the servers run the model under its own name");
        }
        if (unread.isEmpty()) {
            return Finding.holds(RESPONSES_RENAMED, "ResponsesRead", "answers name the model " + requested);
        }
        return Finding.fails(
                RESPONSES_RENAMED,
                "HeadersOnly",
                "answers from %s name the model as its servers do (%s), not %s: the pool's policy has responseProcessing: Headers; set it to Full"
                        .formatted(unread, renamedTo, requested));
    }

    private Finding failureMode(InferenceModel model) {
        String namespace = model.getMetadata().getNamespace();
        String closed = poolsWhere(
                model,
                pool -> attachments
                                        .policies()
                                        .of(namespace, pool.getMetadata().getName())
                                        .gateway()
                                        .failureModeOf(pool.getSpec())
                                == FailureMode.FAIL_OPEN
                        && attachments
                                .bindings()
                                .renamedIn(namespace, pool.getMetadata().getName())
                                .contains(model.getSpec().modelName()));
        return closed.isEmpty()
                ? Finding.holds(FAILURE_MODE, "AsAsked", "its pools do what their failureMode says")
                : Finding.fails(
                        FAILURE_MODE,
                        "Renamed",
                        "%s fails closed in place of open: without a picker the servers would get %s under a name they do not know; have them serve that name to fail open"
                                .formatted(closed, model.getSpec().modelName()));
    }

    private String poolsWhere(InferenceModel model, Predicate<InferencePool> matches) {
        return pools(model).stream()
                .flatMap(pool -> pool(model, pool).stream())
                .filter(matches)
                .map(pool -> pool.getMetadata().getName())
                .collect(Collectors.joining(", "));
    }

    private Optional<InferencePool> pool(InferenceModel model, String name) {
        return resources.all(InferencePool.class).stream()
                .filter(pool -> Resources.name(pool).equals(model.getMetadata().getNamespace() + "/" + name))
                .findFirst();
    }

    private static List<String> pools(InferenceModel model) {
        return model.getSpec().poolRefs().stream().map(PoolRef::name).toList();
    }
}
