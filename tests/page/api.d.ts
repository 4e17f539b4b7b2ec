/** What the API answers, as far as the page reads it. What may be null may be absent. */
declare namespace Api {
  interface List<Row> { count: number; items: Row[] }
  interface Done { success: boolean }
  interface Failure { error: string; code: string; hint: string; since?: string | null }

  type Dataset = 'otaku' | 'fribbs' | 'anibridge';
  type MediaType = 'show' | 'movie';
  type PlayOutcome = 'accepted' | 'refused' | 'removed' | 'gone';
  type Reason = 'no_candidate' | 'not_on_trakt' | 'episodes_missing' | 'conflict' | 'unconfirmed' | 'private' | 'refused_by_trakt'
    | 'moved' | 'watch_only_once' | 'decided';
  type RunState = 'running' | 'complete' | 'partial' | 'failed';
  type Source = Dataset | 'manual' | 'saved' | 'search' | 'air_dates' | 'prequels' | 'breakpoints';
  type Verdict = 'verified' | 'likely' | 'conflict' | 'unmapped';

  interface ServiceStatus {
    signedIn: boolean;
    running?: { runId?: number | null; mode?: string | null; since: string } | null;
    lastManualSync?: string | null;
    lastAutomatedSync?: string | null;
    lastCompletedSync?: string | null;
    lastWatchingSync?: string | null;
    nextAutomatedSync?: string | null;
    unmapped: number;
  }

  interface Connection {
    name: string;
    state: string;
    message: string;
    hint?: string | null;
    account?: string | null;
    retryAt?: string | null;
    expiresAt?: string | null;
  }

  type DatasetStanding = { count: number; lastSync?: string | null }
    & ({} | { lastActivity?: string | null } | { lastFullSync?: string | null });
  interface Refreshed extends Done { count: number; lastSync: string; changed: boolean }

  interface Progress { anilistId: number; title?: string | null; cover?: string | null; lastAbs: number; updatedAt: string }
  interface LogLine { id: number; level: string; message: string; created_at: string }

  type ItemType = 'anime' | 'manga';
  type Status = 'planning' | 'watching' | 'reading' | 'completed' | 'on-hold' | 'dropped';
  type Unit = 'episode' | 'chapter' | 'volume';
  type ItemSource = 'anilist' | 'mangadex' | 'myanimelist' | 'kitsu' | 'local';
  interface Titles { romaji?: string | null; english?: string | null; native?: string | null }
  interface Item {
    id: number;
    title: string;
    type: ItemType;
    source: ItemSource;
    cover_url: string | null;
    status: Status;
    progress: number;
    max_progress: number | null;
    max_progress_by_hand: boolean;
    progress_volumes: number;
    max_volumes: number | null;
    score: number | null;
    started: string | null;
    finished: string | null;
    repeats: number;
    repeating: boolean;
    notes: string | null;
    private: boolean;
    favourite: boolean;
    anilist_id: number | null;
    mal_id: number | null;
    kitsu_id: number | null;
    mangadex_id: string | null;
    format: string | null;
    site_url: string | null;
    release_status: string | null;
    titles: Titles | null;
    year: number | null;
    episode_minutes?: number | null;
    created_at: string;
    updated_at: string;
    services?: Record<string, string> | null;
  }
  /** Fields to change; what is left out stays, null is none. */
  type ItemChange = Partial<Omit<Item, 'id' | 'created_at' | 'updated_at' | 'services'>> & { force?: boolean };
  type NewItem = ItemChange & { title: string; type: ItemType; source: ItemSource };
  interface Stepped { item: Item; undo: ItemChange; offer: Status | null }
  interface ReadDay { day: string; episodes: number; chapters: number }
  interface LibraryStats {
    days: ReadDay[];
    months: ReadDay[];
    streak: number;
    longest_streak: number;
    formats: Record<string, number>;
    scores: number[];
    years: { year: number; titles: number }[];
  }

  interface Airing {
    item_id: number;
    title: string;
    type: ItemType;
    cover_url: string | null;
    status: Status;
    episode: number;
    airs_at: string;
    behind: number | null;
  }
  interface Calendar extends List<Airing> { from: string; to: string; as_of: string; stale: boolean; missing: number }
  interface CalendarAddress { exists: boolean; created_at: string | null; last_used_at: string | null }

  interface FieldChange { field: string; before: unknown; after: unknown }
  interface HistoryEntry { at: string; by: string; added?: boolean; fields: FieldChange[]; why?: string | null }

  interface ImportRow {
    row: number;
    title: string;
    type?: ItemType | null;
    item_id?: number;
    status?: Status;
    progress?: number;
    score?: number;
    changes?: FieldChange[];
    earlier?: number;
    reason?: string;
    hint?: string;
    differs?: { field: string; library: unknown; file: unknown }[];
  }
  type ImportClass = 'new' | 'same' | 'twice' | 'unclear';
  interface ImportReport extends Record<ImportClass, ImportRow[]> {
    format: string;
    counts: { rows: number; new: number; changed: number; same: number; twice: number; unclear: number };
    imported?: number;
    updated?: number;
  }
  interface ListImport { username: string; imported: number; updated: number; unchanged: number; total: number; unread: number }
  interface AnilistStatus { connected: boolean; username?: string | null; expires_at?: string | null; has_app: boolean; can_import: boolean }

  /** A title that a source knows. */
  interface SourceTitle {
    id: string;
    title: string;
    type: ItemType;
    source?: ItemSource;
    cover_url: string | null;
    cover: string | null;
    chapters: number | null;
    episodes: number | null;
    volumes?: number | null;
    titles?: Titles | null;
    anilist_id?: number | null;
    mal_id?: number | null;
    kitsu_id?: number | null;
    mangadex_id?: string | null;
    format?: string | null;
    year?: number | null;
    release_status?: string | null;
    episode_minutes?: number | null;
    site_url?: string | null;
  }

  interface Setting<Value> { value: Value; default: Value; lockedBy: string | null }
  interface SecretSetting { isSet: boolean; host: string | null; lockedBy: string | null }
  interface Settings {
    anilistToken: SecretSetting;
    anilistUsername: Setting<string | null>;
    timezone: Setting<string>;
    rewatches: Setting<boolean>;
    private: Setting<boolean>;
    maxPlaysPerRun: Setting<number>;
    batchSize: Setting<number>;
    schedule: Setting<string | null>;
    webhookUrl: SecretSetting;
    webhookFormat: Setting<'discord' | 'ntfy' | 'json' | null>;
    titleLanguage: Setting<'romaji' | 'english' | 'native'>;
  }

  interface SignInAddress { authUrl: string; redirectUri: string }
  interface Invitation { userCode: string; verificationUrl: string; expiresAt: string; interval: number }
  type DeviceSignIn = { state: 'none' | 'approved' | 'denied' | 'expired' } | ({ state: 'pending' } & Invitation);

  interface Ways { auth: 'off' | 'token' | 'accounts'; registration: 'first' | 'open' | 'invited'; oidc: boolean }
  interface Profile {
    id: number;
    username: string;
    full_name?: string | null;
    email?: string | null;
    disabled: boolean;
    administrator: boolean;
    has_password: boolean;
    created_at: string;
  }
  interface Token { id: string; name: string; read_only: boolean; created_at: string; last_used_at?: string | null }
  interface Session { id: string; agent: string; created_at: string; expires_at?: string | null; current: boolean }
  interface AccessToken { access_token: string; token_type: string }

  interface Slot { season: number; number: number }
  interface Span { first: number; last: number; start: Slot }
  type Placement = { kind: 'movie'; movie: number } | { kind: 'episodes'; show: number; spans: Span[] };
  type TraktItem = { kind: 'movie'; movie: number } | ({ kind: 'episode'; show: number } & Slot);

  type CheckOutcome = 'passed' | 'failed' | 'unknown';
  interface Finding { check: string; outcome: CheckOutcome; detail: string; worth?: number }
  interface TraktTitle { title: string; year?: number | null }
  interface TraktName { kind: MediaType; traktId: number; traktTitle?: TraktTitle | null }
  interface Candidate {
    source: Source;
    target: { kind: MediaType; id: number; traktTitle?: TraktTitle | null };
    rule: string;
    season?: number | null;
    offset?: number | null;
    placement: Placement;
    checks: Finding[];
    points?: number;
    chosen: boolean;
  }

  interface PlacedEpisode extends Slot { abs: number; firstAired?: string | null; overridden: boolean }
  interface Season { season: number; first: number; last: number; episodes: number }
  interface Explanation {
    anilistId: number;
    title: string;
    format?: string | null;
    episodeCount?: number | null;
    startDate?: string | null;
    verdict: Verdict;
    reason?: Reason | null;
    sentence?: string | null;
    source?: Source | null;
    placement?: Placement | null;
    traktTitle?: TraktTitle | null;
    candidates: Candidate[];
    episodes: PlacedEpisode[];
    seasons: Season[];
    moved: { abs: number }[];
    contests: { abs: number; by: number; title?: string | null }[];
    keptBecause?: string | null;
  }

  interface ManualMap { anilistId: number; traktId: number; type: MediaType; season?: number | null; offset?: number | null; title: string }
  interface Suggestion {
    origin: string;
    kind: MediaType;
    traktId: number;
    title?: string | null;
    year?: number | null;
    season?: number | null;
    offset?: number | null;
    first?: Slot | null;
    last?: Slot | null;
    episodes: number;
    because: string;
    map?: ManualMap | null;
  }
  interface Choices { anilistId: number; title: string; suggestions: Suggestion[]; searchError?: string | null }
  interface Hit { kind: MediaType; traktId: number; title: string; year?: number | null }

  interface Mapping {
    anilistId: number;
    title?: string | null;
    traktId: number;
    mediaType?: MediaType | null;
    season?: number | null;
    offset?: number | null;
    tmdbId?: number | null;
    imdbId?: string | null;
    tvdbId?: number | null;
    source: string;
    updatedAt: string;
  }
  interface ListedMapping extends Mapping { verdict?: Verdict | null; traktTitle?: TraktTitle | null }
  interface Mappings { manual: ListedMapping[]; auto: ListedMapping[] }
  interface Override { traktId: number; abs: number; season: number; episode: number; anilistId?: number | null; title?: string | null; traktTitle?: TraktTitle | null }

  interface Waiting {
    anilistId: number;
    title: string;
    cover?: string | null;
    reason: Reason;
    sentence: string;
    detail: string;
    hint: string;
    episodes: number[];
    watched: number;
    ignored: boolean;
    since: string;
  }

  type Play = TraktItem & { anilistId: number; abs: number; watchedAt: string; rewatch?: number | null; source?: Source | null; verdict?: Verdict | null; traktTitle?: TraktTitle | null };
  type PlannedPlay = Play & { title: string };
  type SentPlay = Play & { title?: string | null; outcome: PlayOutcome };
  interface SkippedTitle { anilistId: number; title: string; reason: Reason; detail: string; episodes: number[]; hint: string }
  interface PlanCounts { entries: number; found: number; toPost: number; alreadySynced: number; skippedUnmapped: number; leftForLater: number }
  interface PlanTotals { plays: number; titles: number; skipped: number }
  interface Plan {
    plan: string;
    mode: string;
    counts: PlanCounts;
    totals: PlanTotals;
    offset: number;
    next?: number | null;
    plays: PlannedPlay[];
    skipped: SkippedTitle[];
    complete: boolean;
    needsConfirm: boolean;
    nextAttempt?: string | null;
    cause?: string | null;
  }

  interface Added { episodes: number; movies: number }
  /** The counts of all kinds of runs, and what is kept of one that failed. */
  interface Report extends Partial<Failure> {
    runId?: number;
    message?: string;
    state?: string;
    remaining?: number;
    nextAttempt?: string | null;
    cause?: string | null;
    found?: number;
    synced?: number;
    alreadySynced?: number;
    alreadySyncedShows?: number;
    skippedUnmapped?: number;
    added?: Added | number;
    addedEpisodes?: number;
    addedMovies?: number;
    undoes?: number;
    removed?: number;
    alreadyGone?: number;
    leftAlone?: number;
  }
  interface Run {
    id: number;
    mode: string;
    trigger: string;
    state: RunState;
    startedAt: string;
    finishedAt?: string | null;
    report?: Report | null;
    undoneBy?: number | null;
  }
  interface WholeRun extends Run { plays: SentPlay[]; offset: number; total: number }
  interface UndoPreview { undoes: number; counts: { toRemove: number; alreadyGone: number; leftAlone: number } }

  type Phase = 'collecting' | 'placing' | 'comparing' | 'posting';
  interface RunProgress {
    runId: number;
    mode: string;
    startedAt: string;
    phase: Phase;
    titles: number;
    shows: number;
    batch: number;
    batches: number;
    done: number;
    total: number;
    postingSince?: string | null;
    cancelled: boolean;
  }
  type DatasetState = 'fetching' | 'reading' | 'replaced' | 'unchanged' | 'failed';

  /** What is told under each name by `GET /api/events`. */
  interface Events {
    run: RunProgress;
    'run-ended': { runId: number; mode: string; state: RunState };
    log: { level: string; message: string };
    dataset: { name: Dataset; state: DatasetState; count?: number | null };
  }

  type Synced = 'anilist' | 'myanimelist' | 'kitsu';
  type FieldDirection = 'both' | 'in' | 'out' | 'off';
  interface IntegrationStatus {
    integration_type: Synced | 'trakt';
    is_connected: boolean;
    external_username: string | null;
    last_sync_at: string | null;
    last_sync_status: 'pending' | 'in_progress' | 'success' | 'partial' | 'failed' | 'disabled';
    sync_enabled: boolean;
    auto_sync: boolean;
    manga_count: number;
    anime_count: number;
    client_id: string | null;
    state: Connection['state'];
    hint: string | null;
    expires_at: string | null;
    held: number;
    pending: number;
  }
  /** What can be set for a list. */
  interface IntegrationSet {
    sync_enabled: boolean;
    sync_reading_progress: boolean;
    sync_ratings: boolean;
    sync_status: boolean;
    sync_dates: boolean;
    sync_notes: boolean;
    sync_private: boolean;
    sync_anime: boolean;
    sync_manga: boolean;
    auto_sync: boolean;
    direction: 'bidirectional' | 'to_external' | 'from_external';
    deletes: 'forget' | 'ask' | 'carry_over';
    fields: Record<string, FieldDirection>;
  }
  interface Integration extends IntegrationSet {
    id: Synced;
    created_at: string;
    updated_at: string;
    integration_type: Synced;
    client_id: string | null;
    external_user_id: string | null;
    external_username: string | null;
    last_sync_at: string | null;
    last_sync_status: IntegrationStatus['last_sync_status'];
    last_sync_error: string | null;
    sync_count: number;
    settings: { first_sync: 'unanswered' | 'answered' | 'done' };
  }

  /** A field that only the person can settle. */
  interface ListConflict {
    id: string;
    item_id: number;
    title: string;
    type: ItemType;
    field: string;
    values: Record<string, unknown>;
    agreed: unknown;
    suggestion: unknown;
    reason: string;
    since: string;
  }
  interface EntryChange {
    item_id: number | null;
    title: string;
    type: ItemType;
    entry_id: number | null;
    changes: Record<string, { from: unknown; to: unknown }>;
    why: string | null;
  }
  interface ServicePlan {
    first: boolean;
    add: EntryChange[];
    update: EntryChange[];
    delete: EntryChange[];
    held: EntryChange[];
    parked: EntryChange[];
    guard: { reason: string; message: string } | null;
    error: string | null;
  }
  interface ListsPlan {
    services: Partial<Record<Synced, ServicePlan>>;
    library: { add: EntryChange[]; update: EntryChange[]; delete: EntryChange[] };
  }

  /** What a GET answers. */
  interface Gets extends Record<`/api/refresh-${Dataset}`, DatasetStanding> {
    '/api/admin/accounts': List<Profile>;
    '/api/anilist/connect-url': { url: string; redirect_uri: string };
    '/api/anilist/status': AnilistStatus;
    '/api/auth/me': Profile;
    '/api/auth/sessions': List<Session>;
    '/api/auth/tokens': List<Token>;
    '/api/auth/ways': Ways;
    '/api/connections': { connections: Connection[] };
    '/api/explain': Explanation;
    '/api/library/calendar': Calendar;
    '/api/library/calendar/address': CalendarAddress;
    '/api/library/items': Item[];
    [item: `/api/library/items/${number}`]: Item;
    [history: `/api/library/items/${number}/history`]: { items: HistoryEntry[] };
    '/api/library/stats': LibraryStats;
    '/api/logs': LogLine[];
    '/api/mappings': Mappings;
    '/api/overrides': List<Override>;
    '/api/plan': Plan;
    '/api/progress': List<Progress>;
    [one: `/api/progress?anilistId=${string}`]: { anilistId: number; lastAbs: number };
    '/api/runs': List<Run>;
    [run: `/api/runs/${string}`]: WholeRun;
    '/api/search': List<Hit>;
    '/api/settings': Settings;
    '/api/sources/autocomplete': SourceTitle[];
    '/api/status': ServiceStatus;
    '/api/suggestions': Choices;
    '/api/sync': Found;
    '/api/v1/integrations/plan': ListsPlan;
    '/api/v1/integrations/conflicts': List<ListConflict>;
    '/api/v1/integrations/settings': Record<Synced | 'trakt', IntegrationStatus>;
    [connect: `/api/v1/integrations/${string}/connect-url`]: { url: string; redirect_uri: string };
    '/api/trakt-auth': SignInAddress;
    '/api/trakt-auth/device': DeviceSignIn;
    '/api/trakt-titles': List<TraktName>;
    '/api/unmapped': List<Waiting>;
    '/openapi.json': Description;
  }
  interface Found extends Done { count: number }

  /** What a POST answers; a path that ends in `?dry=1` is one of its own. */
  interface Posts extends Record<`/api/refresh-${Dataset}`, Refreshed> {
    [reset: `/api/admin/accounts/${number}/reset`]: { code: string; expires_at: string };
    '/api/admin/invitations': { invitation: string; expires_at: string };
    '/api/auth/password': AccessToken;
    '/api/auth/register': { id: number; username: string };
    '/api/auth/reset': { message: string };
    '/api/auth/reset/confirm': { ok: boolean };
    '/api/auth/tokens': Token & { token: string };
    '/api/completed-sync': Report;
    '/api/full-sync': Report;
    '/api/watching-sync': Report;
    '/api/sync': Report;
    '/api/anilist/import': ListImport;
    '/api/library/calendar/address': CalendarAddress & { address: string };
    '/api/library/import': ImportReport;
    '/api/library/items': Item;
    [step: `/api/library/items/${number}/step`]: Stepped;
    '/api/manual-map': Done & { added: number };
    '/api/manual-map?dry=1': Explanation;
    '/api/overrides': Done;
    [cancel: `/api/runs/${number}/cancel`]: Done;
    [undo: `/api/runs/${number}/undo`]: Report;
    [dryUndo: `/api/runs/${number}/undo?dry=1`]: UndoPreview;
    '/api/sign-in': Done;
    '/api/sign-out': Done;
    '/api/v1/integrations/setup': IntegrationStatus;
    '/api/v1/integrations/sync': { integration_type: string; status: string; message: string; started_at: string };
    '/api/v1/integrations/conflicts/resolve': { resolved: number; failed: number };
    [first: `/api/v1/integrations/${string}/first-sync`]: Done;
    [connect: `/api/v1/integrations/${string}/connect`]: Integration;
    '/api/trakt-auth': { message: string; expires_in: number };
    '/api/trakt-auth/device': Invitation;
    [ignore: `/api/unmapped/${number}/ignore`]: Done;
    [keep: `/api/unmapped/${number}/keep`]: Done;
  }

  /** What a PUT answers. */
  interface Puts {
    [list: `/api/v1/integrations/${string}`]: Integration;
  }

  /** What a PATCH answers. */
  interface Patches {
    '/api/settings': Settings;
    '/api/auth/me': Profile;
    [account: `/api/admin/accounts/${number}`]: Profile;
    [item: `/api/library/items/${number}`]: Item;
  }

  /** The parts of an OpenAPI description that the page draws. */
  interface Description {
    tags: Tag[];
    paths: Record<string, Partial<Record<'get' | 'post' | 'put' | 'patch' | 'delete', Operation>>>;
    components: { schemas: Record<string, Schema> };
  }
  interface Tag { name: string; description: string }
  interface Operation {
    operationId: string;
    tags: string[];
    summary: string;
    description?: string;
    parameters?: Parameter[];
    requestBody?: Body;
    responses: Record<string, Response>;
  }
  interface Parameter { name: string; in: string; required?: boolean; description?: string; schema?: Schema }
  interface Body { content?: Record<string, { schema?: Schema; example?: unknown }> }
  interface Response extends Body { description: string }
  interface Schema {
    $ref?: string;
    type?: string | string[];
    description?: string;
    enum?: (string | null)[];
    items?: Schema;
    properties?: Record<string, Schema>;
    required?: string[];
    allOf?: Schema[];
    anyOf?: Schema[];
    oneOf?: Schema[];
  }
}
