using System.CommandLine;
using Kola.Machines;
using Kola.Machines.Files;
using Kola.Results.Gate;
using Kola.Results.Gate.Records;

namespace Kola.Cli.Commands;

/// <summary><c>kola verify</c>: what a publishing pipeline asks before it publishes.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var artifacts = new Option<string[]>("--artifact") { Description = "File that is to be published, or NAME@sha256:DIGEST of what is not a file. Repeatable: the record must vouch for each.", HelpName = "FILE", Required = true };
        var record = new Option<string>("--record") { Description = "The record that kola gate signed: the envelope (.dsse.json) or the bundle (.sigstore.json).", HelpName = "FILE", Required = true };
        var key = new Option<string>("--key") { Description = "Public key that it must be signed by.", HelpName = "PUB", Required = true };
        var policy = new Option<string?>("--policy") { Description = "Policy that the verdict must have been made by.", HelpName = "FILE" };
        var tier = new Option<GateTier>("--tier") { Description = "The least that must have been judged: full, or core.", DefaultValueFactory = _ => GateTier.Full };
        var age = new Option<double?>("--max-age") { Description = "How many days old the verdict may be. Default: as the policy said.", HelpName = "DAYS" };
        age.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }, ..] && (!double.TryParse(given, out var days) || !(days > 0)))
                result.AddError($"--max-age {given}: expected a number of days above 0");
        });
        var command = new Command("verify", "Say whether a signed record vouches for an artifact.\nexit: 0 it does: the artifact may be published · 1 it does not, and why · 3 usage") { artifacts, record, key, policy, tier, age };
        command.SetAction(async (result, cancellation) =>
        {
            var digests = new Dictionary<string, string>();
            foreach (var artifact in result.GetValue(artifacts)!)
                digests[artifact] = (File.Exists(artifact) ? null : Resource.Find(artifact)?.Sha256) ?? await Sha256Async(artifact, cancellation);
            var check = new RecordCheck
            {
                Artifacts = digests,
                Tier = result.GetValue(tier),
                Now = TimeProvider.System.GetUtcNow(),
                MaxAge = result.GetValue(age) is { } days ? TimeSpan.FromDays(days) : null,
                PolicySha256 = result.GetValue(policy) is { } file ? await Sha256Async(file, cancellation) : null,
            };
            return await AnswerAsync(check, await GivenFile.ReadAsync(result.GetValue(record)!, path => File.ReadAllBytesAsync(path, cancellation)), result.GetValue(key)!, cancellation);
        });
        return command;
    }

    private static async Task<int> AnswerAsync(RecordCheck check, byte[] record, string keyFile, CancellationToken cancellation)
    {
        RecordKey key;
        try
        {
            key = SigningKey.ReadPublic(await GivenFile.ReadAsync(keyFile, path => File.ReadAllTextAsync(path, cancellation)), keyFile);
        }
        catch (RecordException e)
        {
            throw new InputException(e.Message);
        }

        using (key)
        {
            try
            {
                var predicate = check.Verify(record, key).Predicate;
                Console.WriteLine($"verified: {string.Join(", ", check.Artifacts.Keys)}: the gate passed at {predicate.Kola.JudgedAt:u}, {predicate.PassedTests.Count} scenarios passed");
                if (predicate.WarnedTests.Count > 0)
                    Console.WriteLine($"with warnings: {string.Join(", ", predicate.WarnedTests)}");
                return ExitCode.Passed;
            }
            catch (RecordException e)
            {
                Console.Error.WriteLine($"kola: refused: {e.Message}");
                return ExitCode.Failed;
            }
        }
    }

    private static Task<string> Sha256Async(string file, CancellationToken cancellation) => GivenFile.ReadAsync(file, path => FileDigest.Sha256OfAsync(path, cancellation));
}
