package dev.palimpsest.hub;

import okhttp3.Response;

/** What a refusal means, in one sentence that names the next step. */
final class Refusals {
    private Refusals() {}

    static String sentence(
            Response answer, boolean fromHub, HubSettings settings, Requests.Subject subject) {
        Repository repository = subject.repository();
        String page = settings.endpoint() + repository.page();
        String code = answer.header("X-Error-Code", "");
        boolean known = settings.bearer().isPresent();
        int status = answer.code();
        if (!fromHub)
            return "%s answers %d where the hub sent us for %s of %s; import it again"
                    .formatted(
                            Requests.origin(answer.request().url().uri()),
                            status,
                            subject.file(),
                            repository);
        if (code.equals("GatedRepo"))
            return "%s is gated; accept its licence at %s%s"
                    .formatted(
                            repository,
                            page,
                            known
                                    ? " with the account of palimpsest.hub.token"
                                    : ", then set palimpsest.hub.token to a token of that account");
        if (code.equals("RevisionNotFound"))
            return "%s has no revision '%s'; name a branch, a tag or a commit of it"
                    .formatted(repository, subject.revision());
        if (code.equals("EntryNotFound") || (status == 404 && subject.file() != null))
            return "%s has no file %s at %s; choose another revision"
                    .formatted(repository, subject.file(), subject.revision());
        return switch (status) {
            case 401 ->
                    known
                            ? "%s does not accept the token for %s (401); check palimpsest.hub.token and the id"
                                    .formatted(settings.endpoint(), repository)
                            : "%s shows %s to nobody without a token (401); check the id, or set palimpsest.hub.token"
                                    .formatted(settings.endpoint(), repository);
            case 403 ->
                    "%s does not let us read %s (403); accept its licence at %s and give palimpsest.hub.token the right to read it"
                            .formatted(settings.endpoint(), repository, page);
            case 404 ->
                    "there is no %s at %s; check the id".formatted(repository, settings.endpoint());
            default ->
                    "%s answers %d for %s; check palimpsest.hub.endpoint"
                            .formatted(settings.endpoint(), status, repository);
        };
    }
}
