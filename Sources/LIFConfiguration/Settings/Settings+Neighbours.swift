import LIFNeighbours
import LIFSettings

extension Settings {
    static let neighbours: [Setting] = identityMapper + dataModel + mdr + lifCache

    private static let identityMapper: [Setting] = [
        Setting(
            "identity_mapper", .block, .without("sources know learners by the identifier in the query"),
            "What gives the identifier by which each source knows a learner. It needs `organization`."),
        Setting(
            "identity_mapper.type", .choice(IdentityMapperSettings.Kind.allCases.map(\.rawValue)), .required,
            "`embedded`: the planner keeps the mappings itself, and serves the Identity Mapper's routes. `remote`: an "
                + "Identity Mapper elsewhere. The keys below are for `remote` only."),
        Setting(
            "identity_mapper.url", .url, .without("required for `remote`"), "`/organizations/…` is appended to it."),
        Setting("identity_mapper.token", .secret, .without("none sent"), "Sent as `Bearer`."),
        Setting(
            "identity_mapper.expiry", .duration(zeroAllowed: true), .value("1h"),
            "How long a learner's mappings are used before they are asked for again."),
        Setting(
            "identity_mapper.stale_when_down", .duration(zeroAllowed: true), .value("7d"),
            "How long past `expiry` they are used while the Identity Mapper does not answer."),
        Setting(
            "identity_mapper.timeout", .duration(zeroAllowed: false), .value("5s"), "How long one request may take."),
    ]

    private static let dataModel: [Setting] = [
        Setting("data_model", .block, .without("the entities of LIF's `Person`"), "The fields that queries may use."),
        Setting(
            "data_model.file", .file, .without("none"),
            "An OpenAPI document of the LIF data model, in JSON. Beside `mdr.data_model` it holds until the MDR has "
                + "answered."),
    ]

    private static let mdr: [Setting] = [
        Setting(
            "mdr", .block, .without("none, or that of `LIF_MDR_API_URL`"),
            "The Metadata Repository that knows data models and transformations."),
        Setting("mdr.url", .url, .without("`LIF_MDR_API_URL`"), "Its address: `http://mdr:8012`."),
        Setting(
            "mdr.api_key", .secret, .without("`LIF_MDR_API_AUTH_TOKEN`, or none sent"), "Sent as `X-API-Key`."),
        Setting(
            "mdr.tenant_schema", .text, .without("none sent"),
            "The tenant whose models are meant: sent as `X-API-Tenant-Schema`."),
        Setting(
            "mdr.data_model", .text, .without("`OPENAPI_DATA_MODEL_ID`, or `data_model.file`"),
            "The id there of the data model that says what may be asked for: `\"17\"`."),
        Setting(
            "mdr.expiry", .duration(zeroAllowed: true), .value("1h"),
            "How long what it answered is used before it is asked again."),
        Setting(
            "mdr.timeout", .duration(zeroAllowed: false), .value("10s"),
            "How long one request may take. `MDR_TIMEOUT_SECONDS` stands in for it where `LIF_MDR_API_URL` names the MDR."
        ),
    ]

    private static let lifCache: [Setting] = [
        Setting(
            "lif_cache", .block, .without("none"),
            "The LIF Cache of a deployed system, beside the embedded one."),
        Setting("lif_cache.url", .url, .without("`LIF_QUERY_CACHE_URL`"), "Its address: `http://cache:8001`."),
        Setting("lif_cache.token", .secret, .without("none sent"), "Sent as `Bearer`."),
        Setting(
            "lif_cache.role", .choice(LIFCacheConfiguration.Role.allCases.map(\.rawValue)), .value("own-source"),
            "`own-source`: the organisation's own records in it are a source, `lif-cache`, and it is never written. "
                + "`fallback`: it is asked for paths that no source supplies and where sources fail, and gets what was "
                + "fetched. `off`: queries do not use it. Updates that clients send to `POST /update` reach it in each "
                + "role."),
        Setting(
            "lif_cache.ttl", .duration(zeroAllowed: true), .value("0"),
            "As `own-source`: how long its records are kept here before they are read again. `0`: each query reads them, so "
                + "that a change in the LIF Cache is seen at once. More makes cached answers faster."
        ),
        Setting("lif_cache.timeout", .duration(zeroAllowed: false), .value("5s"), "How long one request may take."),
        Setting(
            "lif_cache.write", .choice(LIFCacheReader.Write.allCases.map(\.rawValue)), .value("absent"),
            "As `fallback`. `absent`: what was fetched is written where the LIF Cache has nothing at its path (it "
                + "appends, and replaces nothing). `never`: nothing that was fetched is written."),
    ]
}
