using System.Globalization;

namespace Kola.Results.Allure;

/// <summary>The pipeline's job that a run was made by.</summary>
/// <param name="System">For people, such as <c>GitHub Actions</c>.</param>
/// <param name="Type">Allure's word for it.</param>
public sealed record BuildJob(string System, string Type, string Name, string Url, long? Number)
{
    /// <summary>As GitHub Actions, GitLab, Jenkins, Buildkite and CircleCI say it; <see langword="null"/>: no pipeline that is known.</summary>
    public static BuildJob? FromEnvironment(Func<string, string?> environment)
    {
        string Of(string name) => environment(name) ?? "";
        if (Of("GITHUB_ACTIONS") == "true")
            return new("GitHub Actions", "github", $"{Of("GITHUB_WORKFLOW")} #{Of("GITHUB_RUN_NUMBER")}", $"{Of("GITHUB_SERVER_URL")}/{Of("GITHUB_REPOSITORY")}/actions/runs/{Of("GITHUB_RUN_ID")}", Whole(Of("GITHUB_RUN_NUMBER")));
        if (Of("GITLAB_CI") == "true")
            return new("GitLab", "gitlab", $"{Of("CI_JOB_NAME")} #{Of("CI_PIPELINE_IID")}", Of("CI_JOB_URL"), Whole(Of("CI_PIPELINE_IID")));
        if (Of("JENKINS_URL").Length > 0)
            return new("Jenkins", "jenkins", $"{Of("JOB_NAME")} #{Of("BUILD_NUMBER")}", Of("BUILD_URL"), Whole(Of("BUILD_NUMBER")));
        if (Of("BUILDKITE") == "true")
            return new("Buildkite", "buildkite", $"{Of("BUILDKITE_PIPELINE_SLUG")} #{Of("BUILDKITE_BUILD_NUMBER")}", Of("BUILDKITE_BUILD_URL"), Whole(Of("BUILDKITE_BUILD_NUMBER")));
        if (Of("CIRCLECI") == "true")
            return new("CircleCI", "circleci", $"{Of("CIRCLE_JOB")} #{Of("CIRCLE_BUILD_NUM")}", Of("CIRCLE_BUILD_URL"), Whole(Of("CIRCLE_BUILD_NUM")));
        return null;
    }

    private static long? Whole(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
