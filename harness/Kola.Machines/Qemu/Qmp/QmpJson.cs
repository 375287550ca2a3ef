using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kola.Machines.Qemu.Qmp;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(QmpNothing))]
[JsonSerializable(typeof(RunStatus))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(QmpCapabilities))]
[JsonSerializable(typeof(QueryStatus))]
[JsonSerializable(typeof(SystemPowerdown))]
[JsonSerializable(typeof(SystemReset))]
[JsonSerializable(typeof(Quit))]
[JsonSerializable(typeof(StopCpus))]
[JsonSerializable(typeof(ContinueCpus))]
[JsonSerializable(typeof(HumanMonitorCommand))]
[JsonSerializable(typeof(Screendump))]
[JsonSerializable(typeof(MigrateSetCapabilities))]
[JsonSerializable(typeof(Migrate))]
[JsonSerializable(typeof(MigrateIncoming))]
[JsonSerializable(typeof(QueryMigrate))]
[JsonSerializable(typeof(MigrationInfo))]
[JsonSerializable(typeof(QueryRxFilter))]
[JsonSerializable(typeof(SetLink))]
[JsonSerializable(typeof(IReadOnlyList<RxFilter>))]
internal sealed partial class QmpJson : JsonSerializerContext;
