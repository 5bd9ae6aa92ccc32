-- A row that would read the same stays as it is.
UPDATE series SET
  message_id = :message_id, name = :name, author = :author, source = :source, version = :version,
  revision = :revision, total = :total, received = :received, complete = :complete,
  full_complete = :full_complete, rfc = :rfc, resend = :resend, older = :older, same = :same,
  cover = :cover, cover_wanted = :cover_wanted, base_commit = :base_commit,
  change_id = :change_id, needs = :needs, digest = :digest, time = :time, changed = :now,
  decision = ''
WHERE num = :num
  AND (message_id, name, author, source, version, revision, total, received, complete,
       full_complete, rfc, resend, older, same, cover, cover_wanted, base_commit, change_id,
       needs, digest, time)
  IS NOT (:message_id, :name, :author, :source, :version, :revision, :total, :received,
          :complete, :full_complete, :rfc, :resend, :older, :same, :cover, :cover_wanted,
          :base_commit, :change_id, :needs, :digest, :time);
