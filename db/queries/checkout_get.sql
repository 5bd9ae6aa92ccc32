SELECT id, tree_name, git_commit_hash, tip, fix, overlay, patchset_hash, message_id, name
FROM checkouts WHERE id = :id;
