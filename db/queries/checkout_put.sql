-- A tree that is reached twice keeps its first telling: a base does not become the last step of a
-- series that undoes itself. Only a conflict makes way. No row: it was known.
INSERT INTO checkouts(id, tree_name, git_commit_hash, tip, fix, overlay, patchset_hash, message_id,
                      name, valid, created)
VALUES(:id, :tree_name, :base, :tip, :fix, :overlay, :patchset_hash, :message_id, :name, :valid,
       :now)
ON CONFLICT(id) DO UPDATE SET
  tree_name = excluded.tree_name, git_commit_hash = excluded.git_commit_hash, tip = excluded.tip,
  fix = excluded.fix, overlay = excluded.overlay, patchset_hash = excluded.patchset_hash,
  message_id = excluded.message_id, name = excluded.name, valid = excluded.valid
  WHERE NOT checkouts.valid
RETURNING num;
